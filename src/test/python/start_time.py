#!/usr/bin/env python3
"""How long a server takes until it is ready, for several command lines in turn.

    start_time.py ROUNDS 'java -jar a.jar' 'java -jar b.jar' ...

Each round starts each command once, with a port of its own, asks /health/ready every 20 ms until it answers, and ends
the process with SIGTERM. The first round is not counted: it is the one that leaves caches for the next. Prints, for each
command, median (least to most) of the wall time until ready and of the processor time used by then.
"""

import os
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

MOST_SECONDS = 120


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def start(command):
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(
        shlex.split(command) + [f"--server.port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not is_ready(port):
        if process.poll() is not None or time.monotonic() - began > MOST_SECONDS:
            process.kill()
            sys.exit(f"{command}: not ready, exit code {process.returncode}")
        time.sleep(0.02)
    wall = time.monotonic() - began
    processor = processor_seconds(process.pid)
    process.send_signal(signal.SIGTERM)
    process.wait()
    return wall, processor


def summary(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main():
    rounds = int(sys.argv[1])
    commands = sys.argv[2:]
    measured = {command: [] for command in commands}
    for i in range(rounds + 1):
        for command in commands:
            result = start(command)
            if i > 0:
                measured[command].append(result)
    for command, results in measured.items():
        print(f"{command}\n  wall {summary([r[0] for r in results])} s, processor {summary([r[1] for r in results])} s")


main()
