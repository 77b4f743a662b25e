package dev.knit.spark.cli.view;

import dev.knit.hnsw.GraphWalk;
import java.util.List;

/**
 * The search for a row, step by step through one graph after another; nodes are numbered as in
 * {@link NodeTable}.
 *
 * @param query the row's node
 * @param steps {level, node, node in whose list it was met or −1, measured neighbors} of each
 * @param distances of the expanded nodes from the query
 * @param scanned rows of segments without a graph, which were all measured
 * @param found the nodes of the nearest rows
 * @param foundDistances theirs
 */
record Walk(
    int query,
    List<int[]> steps,
    List<Float> distances,
    int scanned,
    List<Integer> found,
    List<Float> foundDistances) {

  void add(int segment, GraphWalk.Step step, NodeTable nodes) {
    int from = step.from() < 0 ? -1 : nodes.number(segment, step.from());
    int node = nodes.number(segment, step.node());
    steps.add(new int[] {step.level(), node, from, step.measured()});
    distances.add(Digits.few(step.distance()));
  }
}
