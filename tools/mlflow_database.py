#!/usr/bin/env python3
"""Writes databases as MLflow's SQLite store keeps them, for the tests of importing them.

usage: python3 tools/mlflow_database.py OUT_DIR

mlflow-2.db    the tables of MLflow 2.4 to 2.8, schema 3500859a5d39 (mlflow/store/db_migrations/versions)
mlflow-0.9.db  those of MLflow 0.9.1, before its first migration: no steps, no NaN flag, no table of last metrics, no version

Only what tells of experiments and runs is in them; the tables of the model registry and of traces are left out. The same bytes come
out with the same version of SQLite. Nothing but Python's standard library is needed.
"""

import math
import pathlib
import sqlite3
import sys

SCHEMA_0_9 = """
CREATE TABLE experiments (
    experiment_id INTEGER NOT NULL, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32),
    CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), UNIQUE (name),
    CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')));
CREATE TABLE runs (
    run_uuid VARCHAR(32) NOT NULL, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500),
    entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(20), start_time BIGINT, end_time BIGINT,
    source_version VARCHAR(50), lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200), experiment_id INTEGER,
    CONSTRAINT run_pk PRIMARY KEY (run_uuid), FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id));
CREATE TABLE metrics (
    key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    CONSTRAINT metric_pk PRIMARY KEY (key, value, timestamp, run_uuid), FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid));
CREATE TABLE params (
    key VARCHAR(250) NOT NULL, value VARCHAR(250) NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    CONSTRAINT param_pk PRIMARY KEY (key, run_uuid), FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid));
CREATE TABLE tags (
    key VARCHAR(250) NOT NULL, value VARCHAR(250), run_uuid VARCHAR(32) NOT NULL,
    CONSTRAINT tag_pk PRIMARY KEY (key, run_uuid), FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid));
"""

SCHEMA_2 = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE TABLE experiments (
    experiment_id INTEGER NOT NULL, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32),
    creation_time BIGINT, last_update_time BIGINT,
    CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), UNIQUE (name),
    CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')));
CREATE TABLE experiment_tags (
    key VARCHAR(250) NOT NULL, value VARCHAR(5000), experiment_id INTEGER NOT NULL,
    CONSTRAINT experiment_tag_pk PRIMARY KEY (key, experiment_id),
    FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id));
CREATE TABLE runs (
    run_uuid VARCHAR(32) NOT NULL, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500),
    entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(9), start_time BIGINT, end_time BIGINT,
    source_version VARCHAR(50), lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200), experiment_id INTEGER,
    deleted_time BIGINT,
    CONSTRAINT run_pk PRIMARY KEY (run_uuid), FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id),
    CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')),
    CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')),
    CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED')));
CREATE TABLE metrics (
    key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    step BIGINT DEFAULT '0' NOT NULL, is_nan BOOLEAN DEFAULT '0' NOT NULL,
    CONSTRAINT metric_pk PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan),
    FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), CHECK (is_nan IN (0, 1)));
CREATE TABLE latest_metrics (
    key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT, step BIGINT NOT NULL, is_nan BOOLEAN NOT NULL,
    run_uuid VARCHAR(32) NOT NULL,
    CONSTRAINT latest_metric_pk PRIMARY KEY (key, run_uuid), FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid),
    CHECK (is_nan IN (0, 1)));
CREATE TABLE params (
    key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    CONSTRAINT param_pk PRIMARY KEY (key, run_uuid), FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid));
CREATE TABLE tags (
    key VARCHAR(250) NOT NULL, value VARCHAR(5000), run_uuid VARCHAR(32) NOT NULL,
    CONSTRAINT tag_pk PRIMARY KEY (key, run_uuid), FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid));
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
"""

START = 1_700_000_000_000  # milliseconds since 1970, as MLflow keeps times
EXPERIMENTS = [(0, "Default", "active"), (1, "Which loss", "active"), (2, "Old tries", "deleted")]
LOSSES = {"cross-entropy": 91.55, "label-smoothing": 91.9, "mse": 92.3}


def runs():
    """Runs in the order of their start: identifier, experiment, what is recorded of each."""
    number = 0
    for loss, accuracy in LOSSES.items():
        for seed in (0, 1):
            number += 1
            yield {
                "id": f"{number:032x}",
                "experiment": 1,
                "name": f"{loss}-{seed}",
                "status": "FINISHED",
                "stage": "active",
                "params": {"loss": loss, "lr": "0.05", "batch_size": "128", "optimizer.momentum": "0.9", "seed": str(seed)},
                "history": {
                    "val_acc": [accuracy / 2, accuracy - 3, accuracy - 0.05 * seed],
                    "val_loss": [1.9, 0.6, 0.3125 + seed / 16],
                },
                "tags": {"mlflow.user": "someone", "paper": "camera-ready"} if seed == 0 else {},
            }
    yield {
        "id": f"{7:032x}",
        "experiment": 0,
        "name": "diverged",
        "status": "FAILED",
        "stage": "active",
        "params": {"loss": "mse", "lr": "5", "batch_size": "auto", "seed": "0"},
        "history": {"val_acc": [10.0, math.nan], "val_loss": [2.0, math.inf]},
        "tags": {"mlflow.note.content": "Learning rate *far* too high.", "about": "x" * 80},
    }
    yield {
        "id": f"{8:032x}",
        "experiment": 0,
        "name": "still going",
        "status": "RUNNING",
        "stage": "active",
        "params": {"loss": "mse", "lr": "1e-3"},
        "history": {"val_acc": [33.25]},
        "tags": {},
    }
    common = {"status": "FINISHED", "params": {"lr": "1"}, "history": {"val_acc": [1.0]}, "tags": {}}
    yield {"id": f"{9:032x}", "experiment": 1, "name": "thrown away", "stage": "deleted", **common}
    yield {"id": f"{10:032x}", "experiment": 2, "name": "of a deleted experiment", "stage": "active", **common}


def stored(value):
    """A metric as MLflow stores it: NaN as a flagged zero, what is infinite as the largest number of its sign."""
    if math.isnan(value):
        return 0.0, 1
    if math.isinf(value):
        return math.copysign(sys.float_info.max, value), 0
    return value, 0


def write(path, old):
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA_0_9 if old else SCHEMA_2)
    if not old:
        connection.execute("INSERT INTO alembic_version VALUES ('3500859a5d39')")
    for number, name, stage in EXPERIMENTS:
        connection.execute(
            "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage) VALUES (?, ?, ?, ?)",
            (number, name, f"./mlruns/{number}", stage),
        )
    for index, run in enumerate(runs()):
        write_run(connection, run, START + 60_000 * index, old)
    connection.commit()
    connection.execute("VACUUM")
    connection.close()


def write_run(connection, run, start, old):
    # Before 1.0 names stood in the table of runs; since then they stand in the tags, and since 1.30 in both.
    end = None if run["status"] == "RUNNING" else start + 42_500
    artifacts = f"./mlruns/{run['experiment']}/{run['id']}/artifacts"
    if run["name"] == "mse-0":
        artifacts = f"https://mlflow.example/{run['id']}/artifacts"
    connection.execute(
        "INSERT INTO runs (run_uuid, name, source_type, source_name, user_id, status, start_time, end_time, lifecycle_stage,"
        " artifact_uri, experiment_id) VALUES (?, ?, 'LOCAL', 'train.py', 'someone', ?, ?, ?, ?, ?, ?)",
        (run["id"], run["name"] if old else "", run["status"], start, end, run["stage"], artifacts, run["experiment"]),
    )
    tags = dict(run["tags"]) if old else {**run["tags"], "mlflow.runName": run["name"]}
    for key, value in tags.items():
        connection.execute("INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)", (key, value, run["id"]))
    for key, value in run["params"].items():
        connection.execute("INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", (key, value, run["id"]))
    for key, history in run["history"].items():
        for step, value in enumerate(history):
            number, is_nan = stored(value)
            at = start + 1000 * (step + 1)
            if old:
                values = (key, number, at, run["id"])
                connection.execute("INSERT INTO metrics (key, value, timestamp, run_uuid) VALUES (?, ?, ?, ?)", values)
                continue
            values = (key, number, at, run["id"], step, is_nan)
            columns = "(key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)"
            connection.execute(f"INSERT INTO metrics {columns}", values)
            connection.execute(f"INSERT OR REPLACE INTO latest_metrics {columns}", values)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "mlflow-2.db", old=False)
    write(folder / "mlflow-0.9.db", old=True)
