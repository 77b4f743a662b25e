'use strict';

const number = (value, digits = 0) =>
  value.toLocaleString('en-US', {maximumFractionDigits: digits});
const percent = (share, digits = 1) => number(100 * share, digits) + ' %';
const distance = value => Number(value.toPrecision(4)).toString();

/** An element of HTML with these properties and children, which may be texts. */
function html(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...children);
  return element;
}

/** Rows of cells below headings; columns named in `text` are flush left. */
function table(headings, rows, text = []) {
  const cell = name => (value, column) =>
    html(name, {className: text.includes(column) ? 'text' : ''}, String(value));
  return html('table', {},
    html('thead', {}, html('tr', {}, ...headings.map(cell('th')))),
    html('tbody', {}, ...rows.map(row => html('tr', {}, ...row.map(cell('td'))))));
}

/** Draws into a container now and whenever its width changes. */
function drawn(container, height, draw) {
  const redraw = () => {
    const width = Math.max(220, Math.floor(container.clientWidth));
    const picture = svg('svg', {width, height, role: 'img'});
    draw(picture, width, height);
    container.replaceChildren(picture);
  };
  redraw();
  let last = container.clientWidth;
  container.observer?.disconnect();
  container.observer = new ResizeObserver(() => requestAnimationFrame(() => {
    if (container.clientWidth !== last) {
      last = container.clientWidth;
      redraw();
    }
  }));
  container.observer.observe(container);
}

function linear(from, to, low, high) {
  const scale = value => low + (high - low) * (to === from ? 0.5 : (value - from) / (to - from));
  const raw = (to - from) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find(times => times * power >= raw) * power;
  scale.ticks = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
    scale.ticks.push(Number((i * step).toPrecision(12)));
  }
  return scale;
}

function logarithmic(from, to, low, high) {
  const inner = linear(Math.log10(from), Math.log10(to), low, high);
  const scale = value => inner(Math.log10(value));
  const all = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
    [1, 2, 3, 5, 7].forEach(times => all.push(Number((times * 10 ** power).toPrecision(3))));
  }
  const within = all.filter(tick => tick >= from * 0.999 && tick <= to * 1.001);
  scale.ticks = within.length > 7 ? within.filter(tick => /^[10.]*$/.test(String(tick))) : within;
  return scale;
}

const SHORT = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']];
function short(value) {
  const unit = SHORT.find(([size]) => Math.abs(value) >= size * 10);
  return unit ? number(value / unit[0], 2) + ' ' + unit[1] : number(value, 3);
}

const LEFT = 64, RIGHT = 14, TOP = 20, BOTTOM = 42;

/** Grid, ticks and titles; `x` is null where a chart has labels of its own. */
function axes(picture, width, height, x, y, xTitle, yTitle) {
  y.ticks.forEach(tick => picture.append(
    svg('line', {class: 'grid', x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick)}),
    svg('text', {x: LEFT - 6, y: y(tick) + 4, 'text-anchor': 'end'}, short(tick))));
  x?.ticks.forEach(tick => picture.append(
    svg('text', {x: x(tick), y: height - BOTTOM + 16, 'text-anchor': 'middle'}, short(tick))));
  picture.append(
    svg('text', {x: (LEFT + width - RIGHT) / 2, y: height - 6, 'text-anchor': 'middle'}, xTitle),
    svg('text', {
      transform: `translate(13 ${(TOP + height - BOTTOM) / 2}) rotate(-90)`, 'text-anchor': 'middle',
    }, yTitle));
}

function titled(element, title) {
  element.append(svg('title', {}, title));
  return element;
}

/** Points {x, y, title, label}, joined by a line, or by steps where `stepped`. */
function lineChart(container, points, {xTitle, yTitle, xScale, yFrom, yTo, stepped = false}) {
  drawn(container, 280, (picture, width, height) => {
    const xs = points.map(point => point.x);
    const x = xScale(Math.min(...xs), Math.max(...xs), LEFT + 12, width - RIGHT - 16);
    const y = linear(yFrom, yTo, height - BOTTOM, TOP);
    axes(picture, width, height, x, y, xTitle, yTitle);
    const at = points.map(point => [x(point.x), y(point.y)]);
    const path = at.map(([px, py], i) =>
      i === 0 ? `M${px} ${py}` : stepped ? `H${px}V${py}` : `L${px} ${py}`);
    picture.append(svg('path', {class: 'curve', d: path.join('')}));
    points.forEach((point, i) => {
      const [px, py] = at[i];
      picture.append(
        titled(svg('circle', {class: 'dot', cx: px, cy: py, r: points.length > 60 ? 2.5 : 4.5}), point.title));
      if (point.label) {
        const right = px > width - 90;
        const above = right || py > height - BOTTOM - 20;
        picture.append(svg('text', {
          class: 'value', x: px + (right ? 4 : 8), y: py + (above ? -8 : 16), 'text-anchor': right ? 'end' : 'start',
        }, point.label));
      }
    });
  });
}

/** Bars {label, value, title, mark}; a mark is what the value is held against. */
function barChart(container, bars, {xTitle, yTitle, log = false}) {
  drawn(container, 240, (picture, width, height) => {
    const most = Math.max(...bars.map(bar => Math.max(bar.value, bar.mark ?? 0)), 1);
    const y = log
      ? logarithmic(0.7, most * 1.3, height - BOTTOM, TOP)
      : linear(0, most, height - BOTTOM, TOP);
    axes(picture, width, height, null, y, xTitle, yTitle);
    const band = (width - LEFT - RIGHT) / bars.length;
    const every = Math.ceil(Math.max(...bars.map(bar => 7 * bar.label.length + 8)) / band);
    bars.forEach((bar, i) => {
      const left = LEFT + i * band;
      const gap = Math.min(3, band * 0.15);
      const top = log && bar.value <= 0 ? y(0.7) : y(bar.value);
      picture.append(titled(svg('rect', {
        class: 'bar', x: left + gap, y: top, width: band - 2 * gap, height: Math.max(0, height - BOTTOM - top),
      }), bar.title));
      if (bar.mark > (log ? 0.7 : 0)) {
        picture.append(svg('line', {class: 'mark', x1: left, x2: left + band, y1: y(bar.mark), y2: y(bar.mark)}));
      }
      if (i % every === 0) {
        picture.append(svg('text', {x: left + band / 2, y: height - BOTTOM + 16, 'text-anchor': 'middle'}, bar.label));
      }
    });
  });
}

/** A square of shares, from `rows` to columns; the diagonal is left out. */
function heatmap(container, names, shares, titles, {xTitle, yTitle}) {
  drawn(container, 300, (picture, width, height) => {
    const side = Math.min(width - LEFT - RIGHT, height - TOP - BOTTOM) / names.length;
    const most = Math.max(...shares.flatMap((row, i) => row.filter((_, j) => i !== j)), 1e-9);
    const every = Math.ceil(22 / side);
    names.forEach((name, i) => {
      names.forEach((_, j) => {
        const cell = svg('rect', {
          x: LEFT + j * side, y: TOP + i * side, width: side, height: side,
          class: i === j ? '' : 'bar', 'fill-opacity': i === j ? 1 : shares[i][j] / most,
          style: i === j ? 'fill: var(--line)' : '',
        });
        picture.append(titled(cell, titles[i][j]));
      });
      if (i % every === 0) {
        picture.append(
          svg('text', {x: LEFT - 6, y: TOP + (i + 0.5) * side + 4, 'text-anchor': 'end'}, name),
          svg('text', {x: LEFT + (i + 0.5) * side, y: TOP + names.length * side + 16, 'text-anchor': 'middle'}, name));
      }
    });
    const bottom = TOP + names.length * side;
    picture.append(
      svg('text', {x: LEFT + (bottom - TOP) / 2, y: bottom + 34, 'text-anchor': 'middle'}, xTitle),
      svg('text', {transform: `translate(13 ${(TOP + bottom) / 2}) rotate(-90)`, 'text-anchor': 'middle'}, yTitle));
  });
}
