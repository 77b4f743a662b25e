/** The nodes in a plane, on a canvas that is moved by dragging and scaled by the wheel. */
function nodeMap(canvas, map, queries, chosen) {
  const {nodes, mapped, links} = map;
  const deleted = new Set(nodes.deleted);
  const groups = nodes.segment.map((segment, i) => (Math.max(...nodes.segment) > 0 ? segment : nodes.cell[i]));
  const count = Math.max(...groups, 0) + 1;
  let walk = null;
  let step = -1;
  let zoom = 1;
  let offset = [0, 0];
  let hovered = -1;

  const extent = (values, low) => {
    const sorted = values.slice(0, Math.max(mapped, 1)).sort((a, b) => a - b);
    const at = Math.floor((sorted.length - 1) * 0.002);
    return low ? sorted[at] : sorted[sorted.length - 1 - at];
  };
  const box = [extent(nodes.x, true), extent(nodes.x, false), extent(nodes.y, true), extent(nodes.y, false)];
  const middle = [(box[0] + box[1]) / 2, (box[2] + box[3]) / 2];

  function scale() {
    const [w, h] = [canvas.clientWidth, canvas.clientHeight];
    return 0.88 * zoom * Math.min(w / (box[1] - box[0] || 1), h / (box[3] - box[2] || 1));
  }
  function place(node) {
    const s = scale();
    return [
      canvas.clientWidth / 2 + offset[0] + s * (nodes.x[node] - middle[0]),
      canvas.clientHeight / 2 + offset[1] - s * (nodes.y[node] - middle[1])];
  }
  const color = name => getComputedStyle(canvas).getPropertyValue(name);
  const dark = () => matchMedia('(prefers-color-scheme: dark)').matches;
  const hue = group => 40 + ((0.6 + group * 0.618034) % 1) * 270; // no red: walks have that
  const groupColor = group =>
    count === 1 ? color('--bar') : `hsl(${hue(group)} 52% ${dark() ? 62 : 46}%)`;

  function draw() {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
    const pen = canvas.getContext('2d');
    pen.scale(ratio, ratio);
    const at = nodes.x.map((_, node) => place(node));
    drawLinks(pen, at);
    drawNodes(pen, at);
    if (walk) {
      drawWalk(pen, at);
    }
    if (hovered >= 0) {
      drawHovered(pen, at);
    }
  }

  function drawLinks(pen, at) {
    pen.strokeStyle = `rgba(${color('--edge')}, ${walk ? 0.06 : 0.12})`;
    pen.lineWidth = 0.6;
    pen.beginPath();
    links.forEach((list, node) => list.forEach(other => line(pen, at[node], at[other])));
    pen.stroke();
  }

  function drawNodes(pen, at) {
    const size = mapped > 1500 ? 1.7 : 2.6;
    pen.globalAlpha = walk ? 0.55 : 0.9;
    for (let node = 0; node < mapped; node++) {
      pen.fillStyle = pen.strokeStyle = groupColor(groups[node]);
      disc(pen, at[node], size, deleted.has(node));
    }
    pen.globalAlpha = walk ? 0.5 : 1;
    pen.strokeStyle = color('--ink');
    pen.lineWidth = 1;
    queries.forEach(node => disc(pen, at[node], 3, true));
    pen.globalAlpha = 1;
  }

  function drawWalk(pen, at) {
    const steps = walk.steps.slice(0, step + 1);
    pen.strokeStyle = pen.fillStyle = color('--walk');
    steps.forEach(([level, node, from], i) => {
      if (from >= 0) {
        pen.lineWidth = level > 0 ? 2.2 : 1.2;
        pen.beginPath();
        line(pen, at[from], at[node]);
        pen.stroke();
      }
      disc(pen, at[node], i === step ? 6 : 3.2, deleted.has(node));
    });
    walk.steps.filter(([, , from]) => from < 0).forEach(([, node]) => square(pen, at[node], 5));
    if (step === walk.steps.length - 1) {
      pen.strokeStyle = color('--found');
      pen.lineWidth = 2;
      walk.found.forEach(node => disc(pen, at[node], 5.5, true));
    }
    pen.strokeStyle = color('--ink');
    pen.lineWidth = 2;
    disc(pen, at[walk.query], 9, true);
  }

  function drawHovered(pen, at) {
    pen.strokeStyle = color('--mark');
    pen.lineWidth = 1.4;
    pen.beginPath();
    (links[hovered] || []).forEach(other => line(pen, at[hovered], at[other]));
    pen.stroke();
    disc(pen, at[hovered], 6, true);
    const text = name(hovered);
    pen.font = '13px system-ui, sans-serif';
    const width = pen.measureText(text).width + 12;
    const left = Math.min(at[hovered][0] + 10, canvas.clientWidth - width - 4);
    pen.fillStyle = color('--card');
    pen.fillRect(left, at[hovered][1] - 30, width, 22);
    pen.strokeStyle = color('--line');
    pen.strokeRect(left, at[hovered][1] - 30, width, 22);
    pen.fillStyle = color('--ink');
    pen.fillText(text, left + 6, at[hovered][1] - 14);
  }

  function name(node) {
    const label = nodes.label.length ? ` · ${nodes.label[node]}` : '';
    const cell = count > 1 && Math.max(...nodes.segment) === 0 ? `, cell ${nodes.cell[node]}` : '';
    return `${nodes.id[node]}${label} (level ${nodes.level[node]}${cell}${deleted.has(node) ? ', deleted' : ''})`;
  }

  function line(pen, from, to) {
    pen.moveTo(from[0], from[1]);
    pen.lineTo(to[0], to[1]);
  }
  function disc(pen, [x, y], radius, hollow) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    hollow ? pen.stroke() : pen.fill();
  }
  function square(pen, [x, y], half) {
    pen.fillRect(x - half, y - half, 2 * half, 2 * half);
  }

  function nearest(event, among) {
    const rect = canvas.getBoundingClientRect();
    const to = node => {
      const [x, y] = place(node);
      return Math.hypot(x - event.clientX + rect.left, y - event.clientY + rect.top);
    };
    let best = -1;
    let least = 12;
    among.forEach(node => {
      const away = to(node);
      [best, least] = away < least ? [node, away] : [best, least];
    });
    return best;
  }

  let from = null;
  let moved = false;
  const shown = () => walk
    ? [...Array(mapped).keys(), ...queries, ...walk.steps.map(s => s[1]), ...walk.found]
    : [...Array(mapped).keys(), ...queries];
  canvas.addEventListener('pointerdown', event => {
    from = [event.clientX - offset[0], event.clientY - offset[1]];
    moved = false;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', event => {
    if (from) {
      const next = [event.clientX - from[0], event.clientY - from[1]];
      moved = moved || Math.hypot(next[0] - offset[0], next[1] - offset[1]) > 3;
      if (moved) {
        offset = next;
        draw();
      }
      return;
    }
    const over = nearest(event, shown());
    if (over !== hovered) {
      hovered = over;
      draw();
    }
  });
  canvas.addEventListener('pointerup', event => {
    const node = moved ? -1 : nearest(event, queries);
    from = null;
    if (node >= 0) {
      chosen(node);
    }
  });
  canvas.addEventListener('pointerleave', () => {
    hovered = -1;
    draw();
  });
  canvas.addEventListener('wheel', event => {
    event.preventDefault();
    const times = Math.exp(-event.deltaY / 400);
    zoom = Math.min(60, Math.max(0.5, zoom * times));
    offset = offset.map(way => way * times);
    draw();
  }, {passive: false});
  canvas.addEventListener('dblclick', () => {
    zoom = 1;
    offset = [0, 0];
    draw();
  });
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

  return {
    name,
    groupColor,
    groups: count,
    show(aWalk, aStep) {
      walk = aWalk;
      step = aStep;
      draw();
    },
  };
}
