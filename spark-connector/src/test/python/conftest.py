"""Sessions with Knit's jar: a classic one, or one over a real Connect server in a process of its own."""

import os
import pathlib
import socket
import subprocess
import time

import pyspark
import pytest
from pyspark.sql import SparkSession

CLASS_PATH = os.environ["KNIT_CLASS_PATH"]
MODE = os.environ["KNIT_MODE"]
CONF = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "localhost",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.extraClassPath": CLASS_PATH,
    "spark.sql.catalog.knit": "dev.knit.spark.catalog.KnitCatalog",
}
PATIENCE_SECONDS = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(server: subprocess.Popen, port: int, log: pathlib.Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("The Connect server did not start:\n" + log.read_text())


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    if MODE == "classic":
        builder = SparkSession.builder.master("local[2]")
        for key, value in CONF.items():
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        yield session
        session.stop()
    else:
        directory = tmp_path_factory.mktemp("server")
        log = directory / "log.txt"
        port = free_port()
        submit = os.path.join(os.path.dirname(pyspark.__file__), "bin", "spark-submit")
        options = [f"--conf={key}={value}" for key, value in CONF.items()]
        options += [f"--conf=spark.connect.grpc.binding.port={port}", "--master=local[2]"]
        with open(log, "w") as output:
            server = subprocess.Popen(
                [submit, *options, "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"],
                stdout=output, stderr=subprocess.STDOUT, cwd=directory,
            )
        try:
            await_port(server, port, log)
            session = SparkSession.builder.remote(f"sc://localhost:{port}").getOrCreate()
            yield session
            session.stop()  # a client left open would ask the server again and again when it ends
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="session")
def films() -> str:
    """The directory of an index of 300 rows: id, v (2 floats), name and part (id % 10)."""
    return os.environ["KNIT_INDEX"]
