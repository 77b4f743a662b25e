package dev.knit.table;

import java.util.UUID;

/**
 * What a graph file belongs to.
 *
 * @param segment the segment that its rows are in
 * @param params how the graph was built; m is that of the graph
 * @param dimension floats in a vector
 */
public record GraphOrigin(UUID segment, IndexParams params, int dimension) {}
