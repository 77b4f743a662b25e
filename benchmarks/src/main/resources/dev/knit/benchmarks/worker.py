"""hnswlib or faiss (as the one argument says) at the other end of a pipe.

Reads one JSON object per line, answers each by one: load, build, search; see PythonContender.
"""

import ctypes
import importlib
import importlib.metadata
import json
import os
import sys
import time

PACKAGES = {"hnswlib": ["hnswlib"], "faiss": ["faiss-cpu", "faiss-gpu", "faiss"]}


class Hnswlib:
    def __init__(self, module):
        self.hnswlib = module

    def build(self, base, metric, m, ef_construction, threads):
        self.index = self.hnswlib.Index(space="l2" if metric == "l2" else "ip", dim=base.shape[1])
        self.index.init_index(max_elements=len(base), M=m, ef_construction=ef_construction)
        self.index.set_num_threads(threads)
        self.index.add_items(base, num_threads=threads)

    def search(self, queries, k, ef):
        self.index.set_ef(ef)
        start = time.perf_counter()
        found, _ = self.index.knn_query(queries, k=k, num_threads=1)
        return time.perf_counter() - start, found.astype("int64"), -1


class Faiss:
    def __init__(self, module):
        self.faiss = module

    def build(self, base, metric, m, ef_construction, threads):
        faiss = self.faiss
        faiss.omp_set_num_threads(threads)
        kind = faiss.METRIC_L2 if metric == "l2" else faiss.METRIC_INNER_PRODUCT
        self.index = faiss.IndexHNSWFlat(base.shape[1], m, kind)
        self.index.hnsw.efConstruction = ef_construction
        self.index.add(base)

    def search(self, queries, k, ef):
        self.faiss.omp_set_num_threads(1)
        self.index.hnsw.efSearch = ef
        self.faiss.cvar.hnsw_stats.reset()
        start = time.perf_counter()
        _, found = self.index.search(queries, k)
        seconds = time.perf_counter() - start
        return seconds, found, self.faiss.cvar.hnsw_stats.ndis


def resident_bytes():
    """Resident memory of this process once what is free was given back; -1 but on Linux."""
    if not os.path.exists("/proc/self/statm"):
        return -1
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Worker:
    def __init__(self, name, library):
        self.name = name
        self.library = library
        self.bytes = None

    def load(self, base, queries, dimension, metric):
        import numpy

        self.base = numpy.fromfile(base, dtype="<f4").reshape(-1, dimension)
        self.queries = numpy.fromfile(queries, dtype="<f4").reshape(-1, dimension)
        self.metric = metric
        return {"rows": len(self.base)}

    def build(self, m, ef_construction, threads):
        """Memory is measured in the first build: later ones reuse what the first gave back."""
        before = resident_bytes()
        self.library.index = None
        start = time.perf_counter()
        self.library.build(self.base, self.metric, m, ef_construction, threads)
        seconds = time.perf_counter() - start
        if self.bytes is None:
            self.bytes = -1 if before < 0 else resident_bytes() - before
        return {"seconds": seconds, "bytes": self.bytes}

    def search(self, k, ef):
        seconds, found, distances = self.library.search(self.queries, k, ef)
        return {"seconds": seconds, "found": found.tolist(), "distances": distances}


def version(name):
    for package in PACKAGES[name]:
        try:
            return importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return "unknown"


def main(name):
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not end up among the replies

    def reply(message):
        print(json.dumps(message), file=replies, flush=True)

    try:
        library = {"hnswlib": Hnswlib, "faiss": Faiss}[name](importlib.import_module(name))
    except ImportError as e:
        reply({"error": f"{e}; install it: {sys.executable} -m pip install {PACKAGES[name][0]}"})
        return
    reply({"version": version(name)})
    worker = Worker(name, library)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply(getattr(worker, request.pop("call"))(**request))
        except Exception as e:
            reply({"error": f"{type(e).__name__}: {e}"})


if __name__ == "__main__":
    main(sys.argv[1])
