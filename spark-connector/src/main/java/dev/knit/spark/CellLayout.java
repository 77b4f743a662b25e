package dev.knit.spark;

import dev.knit.table.GraphOrigin;
import dev.knit.table.GraphTotals;
import dev.knit.table.IndexParams;
import dev.knit.table.StoredFile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Where the nodes and rows of all cells stand in the whole graph. Immutable. */
final class CellLayout implements Serializable {
  private static final long serialVersionUID = 1;
  private final Cell[] cells; // by number, null for one without rows
  private final int[] bases;
  private final int[] firstRows;

  /** Of all cells of which {@code built} have rows. */
  CellLayout(int count, List<Cell> built) {
    cells = new Cell[count];
    built.forEach(cell -> cells[cell.number()] = cell);
    bases = new int[count + 1];
    firstRows = new int[count + 1];
    for (int cell = 0; cell < count; cell++) {
      boolean empty = cells[cell] == null;
      bases[cell + 1] = Math.addExact(bases[cell], empty ? 0 : cells[cell].nodes());
      firstRows[cell + 1] = Math.addExact(firstRows[cell], empty ? 0 : cells[cell].rows().rows());
    }
  }

  int cells() {
    return cells.length;
  }

  /** A cell, or null when it has no rows. */
  Cell cell(int number) {
    return cells[number];
  }

  /** The first node of a cell; that of the number behind the last ends it. */
  int base(int cell) {
    return bases[cell];
  }

  int[] bases() {
    return bases.clone();
  }

  int firstRow(int cell) {
    return firstRows[cell];
  }

  /** The root of each cell in the whole graph, −1 for one without rows. */
  int[] roots() {
    return IntStream.range(0, cells.length)
        .map(cell -> cells[cell] == null ? -1 : bases[cell] + cells[cell].root())
        .toArray();
  }

  /** Whether any rows share a node. */
  boolean sharing() {
    return built().stream().anyMatch(Cell::sharing);
  }

  /** The cells that have rows. */
  List<Cell> built() {
    return IntStream.range(0, cells.length)
        .filter(cell -> cells[cell] != null)
        .mapToObj(cell -> cells[cell])
        .toList();
  }

  /** The first of the highest roots is where searches start. */
  GraphTotals totals() {
    Cell highest = built().get(0);
    for (Cell cell : built()) {
      highest = cell.maxLevel() > highest.maxLevel() ? cell : highest;
    }
    return new GraphTotals(
        highest.maxLevel(),
        bases[highest.number()] + highest.root(),
        bases[cells.length],
        firstRows[cells.length]);
  }

  /** Follows from the rows, the parameters and the cells. */
  GraphOrigin origin(IndexParams params, int dimension) {
    List<StoredFile> files = new ArrayList<>();
    for (Cell cell : built()) {
      files.add(cell.rows());
      files.add(cell.graph());
    }
    return GraphOrigin.of(params, dimension, files);
  }
}
