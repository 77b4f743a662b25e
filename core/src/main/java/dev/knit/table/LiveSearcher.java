package dev.knit.table;

import dev.knit.hnsw.ExactSearcher;
import dev.knit.hnsw.HnswSearcher;
import dev.knit.hnsw.Neighbors;
import dev.knit.hnsw.NodeFilter;
import dev.knit.hnsw.SearchOptions;
import dev.knit.vector.VectorCheck;

/**
 * Searches views of a live index. Nodes without live rows stay navigable, so the beam is as much
 * wider as live rows are rarer; if too few live rows come by all the same, since a whole region was
 * deleted, it is widened further, and in the end all nodes are measured. For one thread.
 */
final class LiveSearcher {
  /** A scan of all nodes takes as long as a walk of 1/48 of their number; see FilteredSearch. */
  private static final int SCANNED_PER_EF = 48;

  private static final int WIDER = 4;

  private LiveView view;
  private HnswSearcher searcher;

  /** Searches {@code newest}; parameters and errors are those of {@link LiveIndex#search}. */
  LiveHits search(LiveView newest, float[] query, int k, int ef) {
    check(k, ef);
    VectorCheck.check(query, newest.vectors().dimension(), newest.vectors().metric());
    attach(newest);
    int wanted = Math.min(k, view.size());
    if (wanted == 0) {
      return new LiveHits.Builder(0).build();
    }
    int nodes = view.graph().size();
    double width = Math.ceil((double) ef * view.rowCount() / view.size());
    while (width < nodes) {
      LiveHits hits = live(searcher.search(query, (int) width, (int) width), wanted);
      if (hits.size() == wanted) {
        return hits;
      }
      width *= WIDER;
      if (width * SCANNED_PER_EF > nodes) {
        break;
      }
    }
    NodeFilter live = NodeFilter.of(view.liveNodes());
    return live(
        new ExactSearcher(view.vectors()).search(query, SearchOptions.of(wanted, wanted), live),
        wanted);
  }

  /** Checks the width of a search. */
  static void check(int k, int ef) {
    SearchOptions.of(k, ef);
  }

  private void attach(LiveView newest) {
    if (view == null || view.graph() != newest.graph()) {
      searcher = new HnswSearcher(newest.graph(), newest.vectors(), searcher);
    }
    view = newest;
  }

  private LiveHits live(Neighbors neighbors, int wanted) {
    LiveHits.Builder hits = new LiveHits.Builder(wanted);
    LiveRows rows = view.rows();
    for (int rank = 0; rank < neighbors.size() && !hits.isFull(); rank++) {
      int row = rows.first(neighbors.node(rank));
      for (; row >= 0 && !hits.isFull(); row = rows.next(row, view.rowCount())) {
        if (view.lives(row)) {
          hits.add(rows.id(row), neighbors.distance(rank));
        }
      }
    }
    return hits.build();
  }
}
