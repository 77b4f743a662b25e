package dev.knit.hnsw;

/**
 * How much work goes into a graph that is built by cells, so that it is as good as one built at
 * once with {@code efConstruction}. The widths were measured at efConstruction 100 (see {@link
 * CellBuilder}) and go in proportion to it.
 *
 * @param subgraphs how the graph of a cell is built; what it lacks the merge finds
 * @param upper how the upper levels are built
 * @param nearEf how many of the nearest hits a walk expands in the {@link #NEAR} cells whose border
 *     is nearest
 * @param farEf the same in all other cells
 * @param backEf by how many less a walk expands that starts from known hits
 * @param jumpEf the same for a walk that has no hits to start from
 * @param ownEf how many nodes are expanded to look for more neighbors in the own cell
 * @param hits how many of the nearest hits in one other cell are kept per node; sketches leave out
 *     what is farther
 * @param candidates how many hits in all cells are kept per node; more of them make lists longer
 *     and, per distance, searches worse
 */
record CellParams(
    HnswParams subgraphs,
    HnswParams upper,
    int nearEf,
    int farEf,
    int backEf,
    int jumpEf,
    int ownEf,
    int hits,
    int candidates) {
  /** How many cells are walked at {@link #nearEf}. */
  static final int NEAR = 3;

  private static final int FEW_CELLS = 8;
  private static final int MANY_CELLS = 32;

  /** For a number of cells: the fewer they are, the less is found by walks between them. */
  static CellParams of(HnswParams params, int cells) {
    return new CellParams(
        with(params, cells <= FEW_CELLS ? 0.64 : cells < MANY_CELLS ? 0.46 : 0.43),
        with(params, 0.32),
        share(params, 0.08),
        share(params, 0.05),
        share(params, 0.02),
        share(params, 0.1),
        share(params, 0.05),
        Math.max(1, 3 * params.m() / 4),
        3 * params.m() / 2);
  }

  private static HnswParams with(HnswParams params, double share) {
    int least = Math.min(params.efConstruction(), 2 * params.m());
    return new HnswParams(params.m(), Math.max(least, share(params, share)));
  }

  private static int share(HnswParams params, double share) {
    return Math.max(1, (int) Math.round(share * params.efConstruction()));
  }
}
