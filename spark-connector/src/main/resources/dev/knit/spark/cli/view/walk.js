/** The query box, the steps of a search and what it found. */
function walkView(view) {
  const {map, walks} = view;
  const by = id => document.getElementById(id);
  const queries = walks.map(walk => walk.query);
  const picture = nodeMap(by('map'), map, queries, node => choose(queries.indexOf(node)));
  const id = node => map.nodes.id[node];
  let walk = null;
  let step = 0;
  let timer = 0;

  function choose(index) {
    stop();
    walk = walks[index];
    by('id').value = id(walk.query);
    by('message').textContent = '';
    by('step').max = Math.max(0, walk.steps.length - 1);
    tell();
    go(walk.steps.length - 1);
  }

  function tell() {
    const measured = sums();
    by('descent').hidden = walk.steps.length === 0;
    if (walk.steps.length > 0) {
      descent(measured);
    }
    by('found').replaceChildren(table(['rank', 'id', 'distance'],
      walk.found.map((node, rank) => [rank + 1, named(node), distance(walk.foundDistances[rank])]), [1]));
    by('steps').replaceChildren(table(
      ['step', 'level', 'node', 'met in the list of', 'distance', 'neighbors measured'],
      walk.steps.map(([level, node, from, count], i) => [
        i + 1, level, named(node), from < 0 ? 'entry point' : id(from), distance(walk.distances[i]), count]),
      [2, 3]));
  }

  function named(node) {
    return map.nodes.label.length ? `${id(node)} · ${map.nodes.label[node]}` : id(node);
  }

  /** Distances measured when each step is done, that of the entry point included. */
  function sums() {
    let sum = walk.scanned;
    return walk.steps.map(([, , from, count]) => sum += count + (from < 0 ? 1 : 0));
  }

  function descent(measured) {
    drawn(by('descent'), 250, (svgPicture, width, height) => {
      const low = Math.min(0, ...walk.distances);
      const x = linear(0, measured[measured.length - 1], LEFT, width - RIGHT - 10);
      const y = linear(low, Math.max(...walk.distances), height - BOTTOM, TOP);
      axes(svgPicture, width, height, x, y, 'distances measured', `${view.index.metric} distance`);
      walk.steps.forEach(([level, node], i) => {
        const dot = svg('circle', {
          cx: x(i === 0 ? 0 : measured[i - 1]), cy: y(walk.distances[i]), r: 3 + Math.min(level, 4), class: 'walked',
          'fill-opacity': level > 0 ? 1 : 0.45, 'data-step': i,
        });
        svgPicture.append(titled(dot, `step ${i + 1}: ${id(node)}, level ${level}, ${distance(walk.distances[i])}`));
      });
      mark();
    });
  }

  function mark() {
    document.querySelectorAll('#descent circle').forEach(dot =>
      dot.setAttribute('class', Number(dot.dataset.step) === step ? 'now' : 'walked'));
    document.querySelectorAll('#steps tbody tr').forEach((row, i) => row.classList.toggle('now', i === step));
  }

  function go(to) {
    step = Math.max(0, Math.min(walk.steps.length - 1, to));
    by('step').value = step;
    if (walk.steps.length > 0) {
      const [level, node] = walk.steps[step];
      by('told').textContent =
        `Step ${step + 1} of ${walk.steps.length}: level ${level}, ${id(node)}, ${distance(walk.distances[step])} away, ` +
        `${number(sums()[step])} measured`;
    } else {
      by('told').textContent = `No graph to walk in: all ${number(walk.scanned)} rows were measured.`;
    }
    mark();
    picture.show(walk, walk.steps.length === 0 ? -1 : step);
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    by('play').textContent = 'Play';
  }

  function play() {
    if (timer) {
      stop();
      return;
    }
    go(step >= walk.steps.length - 1 ? 0 : step);
    by('play').textContent = 'Pause';
    timer = setInterval(() => {
      go(step + 1);
      if (step >= walk.steps.length - 1) {
        stop();
      }
    }, 250);
  }

  function search(event) {
    event.preventDefault();
    const index = queries.findIndex(node => id(node) === by('id').value.trim());
    if (index < 0) {
      by('message').textContent =
        `The search for '${by('id').value}' was not recorded; there are ${walks.length}, which the box and the rings name.`;
    } else {
      choose(index);
    }
  }

  const moveBy = steps => () => {
    stop();
    go(step + steps);
  };
  by('query').addEventListener('submit', search);
  by('another').addEventListener('click', () => choose((walks.indexOf(walk) + 1) % walks.length));
  by('play').addEventListener('click', play);
  by('back').addEventListener('click', moveBy(-1));
  by('on').addEventListener('click', moveBy(1));
  by('step').addEventListener('input', event => {
    stop();
    go(Number(event.target.value));
  });
  by('ids').append(...queries.map(node => html('option', {value: id(node), label: picture.name(node)})));
  if (walks.length > 0) {
    choose(0);
  } else {
    [...document.querySelectorAll('#walk form, .steps, .pair > div, #walk details')].forEach(e => e.hidden = true);
  }
  return picture;
}
