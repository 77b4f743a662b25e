(() => {
  const view = JSON.parse(document.getElementById('data').textContent);
  const {index} = view;
  const by = id => document.getElementById(id);
  const note = (section, text) => document.querySelector(`#${section} .note`).textContent = text;
  const time = millis => new Date(millis).toISOString().replace('T', ' ').slice(0, 19) + ' UTC';
  const plural = (count, one, many = one + 's') => `${number(count)} ${count === 1 ? one : many}`;
  const megabytes = bytes => bytes < 1e6 ? number(bytes / 1e3, 1) + ' kB' : number(bytes / 1e6, 1) + ' MB';

  function showFacts() {
    const name = index.path.replace(/\/+$/, '').split('/').pop();
    document.title = `${name} · Knit index`;
    by('name').textContent = name;
    by('summary').textContent =
      `${plural(index.rows, 'row')} of ${plural(index.dimension, 'dimension')}, by ${index.metric}, in ${plural(index.segments, 'segment')}.`;
    const facts = {
      'Directory': index.path,
      'Version': `${index.version}, ${time(index.timestamp)}`,
      'Deleted rows': number(index.deleted),
      'Rows without a graph': number(index.withoutGraph),
      'Size': megabytes(index.bytes),
      'm': index.m,
      'ef_construction': index.efConstruction,
      'Quantization': index.quantization,
      'Vector': index.vector,
      'Id': index.id,
      'Columns': index.columns.join(', ') || 'none',
    };
    by('facts').append(...Object.entries(facts).map(([term, fact]) =>
      html('div', {className: String(fact).length > 40 ? 'long' : ''}, html('dt', {}, term), html('dd', {}, String(fact)))));
    by('made').textContent = `Made ${time(index.made)} by knit view.`;
  }

  function showRecall() {
    const {recall} = view;
    if (!recall) {
      note('recall', 'There are no two rows, so nothing to find.');
      document.querySelector('#recall details').hidden = true;
      return;
    }
    note('recall', `${plural(recall.queries, 'row')} of the index, drawn at random, searched for with a beam of ef; each is left ` +
      'out of its own answer. Rows are found somewhat more easily than queries from elsewhere.');
    const lowest = Math.min(...recall.points.map(point => point.recall));
    lineChart(document.querySelector('#recall .chart'), recall.points.map(point => ({
      x: point.distancesPerQuery, y: point.recall, label: `ef ${point.ef}`,
      title: `ef ${point.ef}: recall ${point.recall.toFixed(4)}, ${number(point.distancesPerQuery, 1)} distances, ${number(point.queriesPerSecond)} queries/s`,
    })), {
      xTitle: 'distances measured per query', yTitle: `recall@${recall.k}`, xScale: logarithmic,
      yFrom: Math.max(0, Math.floor((lowest - 0.01) * 20) / 20), yTo: 1,
    });
    document.querySelector('#recall .table').append(table(
      ['ef', `recall@${recall.k}`, 'distances/query', 'queries/s, one thread'],
      recall.points.map(point => [
        point.ef, point.recall.toFixed(4), number(point.distancesPerQuery, 1), number(point.queriesPerSecond)])));
  }

  function showHistory() {
    const versions = view.history;
    const all = versions[0].version;
    note('history', all > versions.length
      ? `The newest ${number(versions.length)} that have not expired, of ${number(all)} so far.` : 'Rows that are not deleted, by version.');
    lineChart(document.querySelector('#history .chart'), versions.slice().reverse().map(version => ({
      x: version.version, y: version.rows, label: version.tags.join(', '),
      title: `version ${version.version}, ${time(version.timestamp)}: ${version.operation.kind}, ${plural(version.rows, 'row')}`,
    })), {
      xTitle: 'version', yTitle: 'rows', stepped: true, yFrom: 0,
      yTo: Math.max(1, ...versions.map(version => version.rows)),
      xScale: (from, to, low, high) => {
        const scale = linear(from, to, low, high);
        scale.ticks = scale.ticks.filter(Number.isInteger);
        return scale;
      },
    });
    document.querySelector('#history .table').append(table(
      ['version', 'time', 'operation', 'rows', 'segments', 'tags'],
      versions.map(version => [
        version.version, time(version.timestamp),
        [version.operation.kind, ...Object.entries(version.operation.details).map(pair => pair.join(' '))].join(', '),
        number(version.rows), version.segments, version.tags.join(', ')]), [1, 2, 5]));
  }

  function showWalk() {
    const {map} = view;
    if (map.mapped === 0) {
      note('walk', 'There are no rows to show.');
      document.querySelectorAll('#walk > :not(h2, .note)').forEach(element => element.hidden = true);
      return;
    }
    const shown = segment => map.nodes.segment.slice(0, map.mapped).filter(other => other === segment).length;
    const kinds = map.levels.map((level, i) => level < 0
      ? 'rows of a segment without a graph'
      : `${map.onLevel[i] > shown(i) ? 'some' : 'all'} nodes of level ${level}`);
    const shares = map.variance.map(share => percent(share, 0)).join(' and ');
    note('walk', `The map has ${plural(map.mapped, 'node')} (${[...new Set(kinds)].join('; ')}), with their links on that level, in the two ` +
      `directions in which they vary most, which hold ${shares} of all variance: nodes that are near on the map may be far apart. ` +
      `Rings are rows, drawn at random, whose searches were recorded in the whole graph, with ef ${view.walkEf} and one node a step.`);
    const picture = walkView(view);
    const entry = (kind, color, text) => {
      const sign = html('i', {className: kind});
      sign.style[kind === 'ring' ? 'borderColor' : 'background'] = color;
      return html('span', {}, sign, text);
    };
    const groups = [...Array(Math.min(picture.groups, 12)).keys()];
    const what = new Set(map.nodes.segment).size > 1 ? 'segment' : 'cell';
    by('legend').append(
      entry('square', 'var(--walk)', 'entry point'), entry('', 'var(--walk)', 'expanded'),
      entry('ring', 'var(--found)', 'found'), entry('ring', 'var(--ink)', 'searched for'),
      ...(picture.groups > 1 ? groups.map(group => entry('', picture.groupColor(group), `${what} ${group}`)) : []),
      ...(picture.groups > 12 ? [html('span', {}, '…')] : []),
      html('span', {}, 'Drag, wheel, double click: move, scale, reset. Click a ring: its search.'));
  }

  function showSegment(segment) {
    const {graph, cells} = segment;
    document.querySelectorAll('#segments .charts > div').forEach(chart => chart.hidden = !graph);
    document.querySelectorAll('#segments .cells').forEach(chart => chart.hidden = !cells);
    if (!graph) {
      by('quality').textContent = `${plural(segment.rows, 'row')} without a graph: searches measure all of them.`;
      return;
    }
    const bottom = graph.levels[0];
    const routes = graph.routes;
    by('quality').textContent = [
      `${plural(segment.rows, 'row')} (${number(segment.deleted)} deleted), ${plural(graph.nodes, 'node')}, ${megabytes(segment.bytes)}`,
      `degree ${number(bottom.degree.mean, 1)} on average, at most ${bottom.degree.max}`,
      `${number(bottom.unreachable)} unreachable`,
      `${number(bottom.withoutIncoming)} in nobody's list`,
      `the 1 % of the nodes with most incoming links have ${percent(bottom.hubShare)} of them`,
      ...(routes ? [`${routes.arrived} of ${routes.pairs} greedy routes arrive, in ${number(routes.hops, 1)} hops`] : []),
    ].join(' · ');
    barChart(by('levels'), graph.levels.map(level => ({
      label: String(level.level), value: level.nodes, mark: level.expectedNodes,
      title: `level ${level.level}: ${plural(level.nodes, 'node')}, ${number(level.expectedNodes, 1)} expected`,
    })), {xTitle: 'level (line: expected)', yTitle: 'nodes, logarithmic', log: true});
    histogram('degrees', bottom.degree, 'neighbors in a list');
    histogram('indegrees', bottom.inDegree, 'lists that a node is in');
    if (cells) {
      showCells(cells);
    }
  }

  function histogram(id, distribution, xTitle) {
    barChart(by(id), distribution.histogram.map(({from, to, nodes}) => {
      const label = from === to ? String(from) : `${from}–${to}`;
      return {label, value: nodes, title: `${label}: ${plural(nodes, 'node')}`};
    }), {xTitle, yTitle: 'nodes'});
  }

  function showCells(cells) {
    const mean = cells.nodes.reduce((sum, nodes) => sum + nodes, 0) / cells.nodes.length;
    barChart(by('sizes'), cells.nodes.map((nodes, cell) => ({
      label: String(cell), value: nodes, mark: mean,
      title: `cell ${cell}: ${plural(nodes, 'node')}, ${percent(cells.leaving[cell])} of its links lead to other cells`,
    })), {xTitle: `cell (line: mean)`, yTitle: 'nodes'});
    const sums = cells.links.map(row => row.reduce((sum, links) => sum + links, 0));
    const shares = cells.links.map((row, i) => row.map(links => links / Math.max(1, sums[i])));
    const titles = cells.links.map((row, i) => row.map((links, j) =>
      `cell ${cells.shown[i]} to ${cells.shown[j]}: ${plural(links, 'link')}, ${percent(shares[i][j])}`));
    const most = Math.max(...shares.flatMap((row, i) => row.filter((_, j) => i !== j)));
    const some = cells.shown.length < cells.nodes.length ? ` (the ${cells.shown.length} largest)` : '';
    heatmap(by('borders'), cells.shown.map(String), shares, titles,
      {xTitle: `to cell${some}; strongest: ${percent(most)} of a cell's links`, yTitle: 'from cell'});
  }

  function showSegments() {
    if (view.segments.length === 0) {
      note('segments', 'There are no rows, so no graph.');
      document.querySelectorAll('#segments > :not(h2, .note)').forEach(element => element.hidden = true);
      return;
    }
    const more = index.segments - view.segments.length;
    note('segments', more > 0 ? `The largest ${view.segments.length} of ${number(index.segments)} segments.` : '');
    by('choice').hidden = view.segments.length === 1;
    by('segment').append(...view.segments.map((segment, i) =>
      html('option', {value: i}, `${i}: ${segment.uuid} (${plural(segment.rows, 'row')})`)));
    by('segment').addEventListener('change', event => showSegment(view.segments[event.target.value]));
    showSegment(view.segments[0]);
  }

  showFacts();
  showRecall();
  showHistory();
  showWalk();
  showSegments();
})();
