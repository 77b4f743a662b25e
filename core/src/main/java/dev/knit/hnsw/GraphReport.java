package dev.knit.hnsw;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@link GraphCheck} found.
 *
 * @param nodes how many nodes there are
 * @param vectors how many vectors there are; the same as {@code nodes} when none were given
 * @param entryPoint the node at which searches start; −1 in an empty graph
 * @param levels what was found on each level, from 0 to the highest that any node is on
 */
public record GraphReport(int nodes, int vectors, int entryPoint, List<Level> levels) {

  /**
   * One level. A list is counted once for each kind of fault, a link once for each.
   *
   * @param nodes on this level
   * @param unreachable nodes to which no path on this level leads from the entry point
   * @param withoutIncoming nodes other than the entry point that are in nobody's list
   * @param minDegree length of the shortest list, 0 when there is none
   * @param meanDegree mean length of the lists, 0 when there is none
   * @param maxDegree length of the longest list, 0 when there is none
   * @param selfLinks links from a node to itself
   * @param duplicateLinks links that stand in their list already
   * @param strayLinks links to nodes that do not exist or are not on this level
   * @param brokenLists lists with a used slot behind the one that ends them
   * @param unorderedLists lists that are not nearest first; 0 when neither lengths were kept nor
   *     vectors given
   * @param wrongLengths links whose kept length is not the distance between the vectors; 0 when
   *     lengths were not kept or vectors not given
   */
  public record Level(
      int nodes,
      int unreachable,
      int withoutIncoming,
      int minDegree,
      double meanDegree,
      int maxDegree,
      long selfLinks,
      long duplicateLinks,
      long strayLinks,
      int brokenLists,
      int unorderedLists,
      long wrongLengths) {}

  /** A copy is made of {@code levels}. */
  public GraphReport {
    levels = List.copyOf(levels);
  }

  /** What is wrong, one sentence each; empty when the graph is valid. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (vectors != nodes) {
      problems.add("There are %d vectors for %d nodes.".formatted(vectors, nodes));
    }
    for (int number = 0; number < levels.size(); number++) {
      Level level = levels.get(number);
      String where = "On level " + number + ", ";
      if (level.unreachable > 0) {
        problems.add(
            where
                + "%d of %d nodes cannot be reached from entry point %d."
                    .formatted(level.unreachable, level.nodes, entryPoint));
      }
      add(problems, level.selfLinks, where + "%d links lead from a node to itself.");
      add(problems, level.duplicateLinks, where + "%d links stand twice in their list.");
      add(
          problems,
          level.strayLinks,
          where + "%d links lead to nodes that do not exist or are not on this level.");
      add(problems, level.brokenLists, where + "%d lists go on behind their end.");
      add(problems, level.unorderedLists, where + "%d lists are not nearest first.");
      add(
          problems,
          level.wrongLengths,
          where + "%d links have a length that is not the distance between their vectors.");
    }
    return problems;
  }

  private static void add(List<String> problems, long count, String sentence) {
    if (count > 0) {
      problems.add(sentence.formatted(count));
    }
  }
}
