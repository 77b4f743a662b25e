package dev.knit.spark;

import dev.knit.table.GraphPart;
import dev.knit.table.RowsFile;
import java.io.Serializable;
import java.util.List;

/**
 * What a task left on storage: a graph over the rows of some files.
 *
 * @param distanceComputations of the task
 * @param work what those of a merge were for
 * @param peakHeapBytes of the task's JVM so far
 */
record Subgraph(
    List<RowsFile> rows,
    GraphPart graph,
    long distanceComputations,
    BuildReport.Work work,
    long peakHeapBytes)
    implements Serializable {}
