"""The time from the start of the function's process to its first poll of Lambda's runtime API, and its size.

    python3 examples/lambda-step-functions/e2e/first_poll.py target/small/bootstrap
"""

import os
import socket
import statistics
import subprocess
import sys
import time
import zipfile
from io import BytesIO

STARTS = 50
ENVIRONMENT = {
    "RDS_REFRESH_ROLE": "source",
    "RDS_REFRESH_REQUEST": "{}",
    "AWS_REGION": "eu-west-1",
    "AWS_LAMBDA_FUNCTION_NAME": "rds-refresh-source",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_LOG_GROUP_NAME": "log",
    "AWS_LAMBDA_LOG_STREAM_NAME": "log",
}


def first_poll(binary):
    """In milliseconds."""
    with socket.create_server(("127.0.0.1", 0)) as runtime_api:
        address = "127.0.0.1:%d" % runtime_api.getsockname()[1]
        began = time.perf_counter()
        process = subprocess.Popen([binary], env=ENVIRONMENT | {"AWS_LAMBDA_RUNTIME_API": address})
        try:
            runtime_api.settimeout(10)
            connection, _ = runtime_api.accept()
            asked = connection.recv(4096)
            took = time.perf_counter() - began
        finally:
            process.kill()
            process.wait()
    connection.close()
    if b"/runtime/invocation/next" not in asked:
        raise SystemExit(f"it asked for something else: {asked!r}")
    return took * 1000


def zipped(binary):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(binary, "bootstrap")
    return len(packed.getvalue())


if __name__ == "__main__":
    [binary] = sys.argv[1:]
    took = [first_poll(binary) for _ in range(STARTS)]
    print(f"{os.path.getsize(binary) / 1e6:.1f} MB, zipped {zipped(binary) / 1e6:.1f} MB")
    print(f"first poll after {statistics.median(took):.1f} ms (median of {STARTS}), {min(took):.1f} ms at best, {max(took):.1f} ms at worst")
