/**
 * Hierarchical navigable small world graphs: built, merged and searched in one JVM. Knows nodes,
 * not rows: no I/O, no ids, no paths. The paper is Malkov and Yashunin, arXiv:1603.09320.
 */
package dev.knit.hnsw;
