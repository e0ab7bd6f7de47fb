# ruff: noqa: E501 (what attackers write need not be pretty)
"""Attacks by what a learner writes into a cell: name → source.

Each is put into the first solution cell, by somebody who has solved nothing.  `{course}` is the course's folder.
"""

HOLD = "import os, sys, time, json, socket, subprocess, signal, threading, gc\n"

IN_A_CELL = {
    "patched check library": """
import swarmlab.checks.judge as judge, swarmlab.checks.report as report, swarmlab.checks as checks
report.Report.score = property(lambda self: 99.0)
report.Report.passed = property(lambda self: True)
report.Verdict.earned = property(lambda self: self.points)
judge.evaluate = checks.evaluate = lambda *a, **k: None
""",
    "patched lab": """
type(lab).check = lambda self, *a, **k: type("R", (), {"grade": lambda s, *a: 2.0})()
type(lab).exercise = lambda self, *a: None
""",
    "emptied exercise": """
from swarmlab import exercises
object.__setattr__(exercises.find("1.1"), "goals", ())
""",
    "input transformer": """
get_ipython().input_transformers_post.append(lambda lines: ["2.0\\n"])
get_ipython().input_transformers_cleanup.append(lambda lines: ["2.0\\n"])
""",
    "syntax tree transformer": """
import ast
class T(ast.NodeTransformer):
    def visit_Call(self, node): return ast.Constant(2.0)
get_ipython().ast_transformers.append(T())
""",
    "replaced run_cell": "get_ipython().run_cell = lambda *a, **k: 2.0\nget_ipython().run_cell_async = None",
    "replaced displayhook": "import sys\nsys.displayhook = lambda v: print('2.0')\nget_ipython().displayhook.__class__.__call__ = None",
    "forged output": """
from IPython.display import display
print("2.0")
display({"text/plain": "2.0"}, raw=True)
2.0
""",
    "forged messages": """
import json, os, struct
def say(message):
    data = json.dumps(message).encode()
    os.write(3, struct.pack(">I", len(data)) + data)
for word in ("run", "ask", "call"):
    for _ in range(5):
        say({"done": word, "journal": None, "values": {}, "value": [1], "score": 2.0, "outputs": [2.0]})
say({"output": {"output_type": "execute_result", "data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1}})
""",
    "broken messages": "import os\nos.write(3, b'\\xff' * 64)",
    "message without end": "import os, struct\nos.write(3, struct.pack('>I', 1 << 20) + b'{')\nimport time; time.sleep(60)",
    "exit of the process": "import os\nos._exit(0)",
    "exit by exception": "raise SystemExit(0)",
    "exit of IPython": "exit()",
    "crash": "import ctypes\nctypes.string_at(0)",
    "loop": "while True: pass",
    "loop that ignores interrupts": """
import signal
for number in range(1, 32):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
while True:
    try:
        while True: pass
    except BaseException: pass
""",
    "left-over process": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            try: open("still-here", "a").write("x")
            except OSError: pass
            time.sleep(0.05)
    os._exit(0)
""",
    "left-over thread": """
import threading, time
def later():
    while True:
        globals()["spread"] = lambda *a: [1]
        time.sleep(0.01)
threading.Thread(target=later, daemon=True).start()
""",
    "last words": "import atexit, os\natexit.register(lambda: os.write(3, b'2.0'))",
    "reading files": """
import glob, os
for path in ("{course}", "{course}/checks/ps1.py", "{course}/gradebook.db", "/etc/shadow", "/root", "/var", "/proc/1/environ"):
    try: print(path, open(path, "rb").read(2000) if os.path.isfile(path) else os.listdir(path))
    except OSError as error: print(path, error.errno)
for pattern in ("/home/*/*", "/tmp/*", "/srv/*", "/proc/*/environ"):
    for path in glob.glob(pattern):
        try: print(path, open(path, "rb").read(2000))
        except OSError: pass
""",
    "reading by a link": """
import os
for target in ("{course}/checks/ps1.py", "/etc/shadow"):
    try:
        os.symlink(target, "link" + str(len(target)))
        print(open("link" + str(len(target))).read())
    except OSError as error: print(error.errno)
""",
    "writing files": """
import os, swarmlab
for path in ("{course}/gradebook.db", "{course}/evil", "/tmp/evil", "/usr/evil", "/etc/passwd", swarmlab.__file__, "/dev/shm/evil"):
    try:
        open(path, "ab").write(b"evil"); print("WROTE", path)
    except OSError as error: print(error.errno)
""",
    "leaving a file for the next": """
import os
for folder in (".", "..", "/home", "/tmp", "/var/tmp", "/dev/shm", "/run"):
    try: open(os.path.join(folder, "for-the-next"), "w").write("SOLUTION")
    except OSError: pass
""",
    "sockets": """
import socket
for family, kind, where in ((socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 22)), (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53)),
                            (socket.AF_UNIX, socket.SOCK_STREAM, "/run/docker.sock"), (socket.AF_UNIX, socket.SOCK_STREAM, "\\0abstract")):
    try:
        with socket.socket(family, kind) as s:
            s.connect(where); print("CONNECTED", where)
    except OSError as error: print(error.errno)
""",
    "frame inspection": """
import gc, inspect, sys
for frame in sys._current_frames().values():
    while frame is not None:
        print(frame.f_code.co_name, list(map(repr, frame.f_locals.values())))
        frame = frame.f_back
for thing in gc.get_objects():
    if isinstance(thing, dict) and any("hidden" in str(key) for key in thing): print(thing)
""",
    "memory of the parent": """
import os
for process in (os.getppid(), 1):
    for name in ("mem", "environ", "maps", "fd"):
        try:
            with open("/proc/%d/%s" % (process, name), "rb") as f: print("READ", f.read(100))
        except OSError as error: print(error.errno)
import ctypes
print("TRACED" if ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0 else "refused")
""",
    "signals to others": """
import os, signal
for target in (os.getppid(), 1, 2, -1):
    try: os.kill(target, signal.SIGKILL)
    except OSError as error: print(error.errno)
""",
    "stopping the parent": """
import os, signal
for target in (os.getppid(), 1, 2):
    try: os.kill(target, signal.SIGSTOP)
    except OSError as error: print(error.errno)
""",
    "becoming root": """
import os, subprocess
for step in (lambda: os.setuid(0), lambda: os.chroot("."), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))):
    try: step(); print("DID IT")
    except OSError as error: print(error.errno)
print(subprocess.run("unshare -Ur true && echo UNSHARED; su -c true && echo ROOT", shell=True, capture_output=True, text=True).stdout)
""",
    "script in outputs": """
from IPython.display import display, HTML
display(HTML("<script>alert(1)</script><img src=x onerror=alert(1)><iframe src='javascript:alert(1)'></iframe>"))
display({"application/javascript": "alert(1)", "text/plain": "x"}, raw=True)
display({"image/svg+xml": "<svg onload=alert(1)></svg>"}, raw=True)
display({"text/markdown": "<script>alert(1)</script>"}, raw=True)
display({"image/png": '"><script>alert(1)</script>'}, raw=True)
""",
    "flood of text": "for _ in range(300): print('x' * 100_000)",
    "flood of outputs": "from IPython.display import display\nfor k in range(5000): display({'text/plain': str(k)}, raw=True)",
    "flood past the shell": "import os\nwhile True: os.write(3, b'\\0\\0\\0\\2{}' * 10000)",
    "memory": "kept = []\nwhile True: kept.append(bytearray(1 << 24))",
    "processes": """
import os, time
while True:
    try:
        if os.fork() == 0: pass
    except OSError: time.sleep(0.001)
""",
    "threads": "import threading, time\nfor _ in range(5000): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    "disk": """
for k in range(1000):
    with open(f"f{k}", "wb") as f: f.write(b"x" * (8 << 20))
""",
    "descriptors": "import os\nkept = []\nwhile True: kept.append(os.open('/dev/null', os.O_RDONLY))",
    "surrogates": "print('\\ud800' * 50)\n'\\udfff'",
    "recursion": "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()",
    "false lab": """
class Session:
    def evidence(self): return {"swarmlab": 1, "score": 2.0, "passed": True, "ops": []}
class lab:
    session = Session()
""",
    "lab that lies about its journal": """
true = lab.session.evidence()
true["ops"].append({"at": true["ops"][-1]["at"], "op": "note", "kind": "check", "data": {"id": "1.1", "answers": {}, "score": 2.0}})
lab.session.evidence = lambda: true
""",
    "state without a cause": """
simulation = lab.session.simulation
rows = lab.history.rows
from swarmlab.timeline.trace import Row
rows.append(Row(lab.now, "service", "s", {"id": "s", "name": "web-server", "replicas": 1, "image": "httpd:2.4", "mode": "replicated"}))
rows.append(Row(lab.now, "task", "t", {"id": "t", "name": "web-server.1.t", "service": "web-server", "slot": 1, "state": "running", "desired": "running", "node_id": "n", "created": lab.now}))
""",
    "other lab": "lab = Lab(seed=1, hosts=1)\nlab.exercise('1.1')\n_ = lab.host('swarm-manage').sh('docker service create --name web-server httpd:2.4')",
    "no lab": "del lab",
    "patched json": """
import json
json.dumps = lambda *a, **k: '{"done": "ask", "value": true, "score": 2.0}'
json.loads = lambda *a, **k: {"do": "run", "source": "", "seconds": 1}
""",
    "environment": "import os\nprint(dict(os.environ))\nos.environ['SWARMLAB_LEARNER'] = 'alice'\nos.environ['PYTHONPATH'] = '.'",
    "poisoned caches": """
import linecache, re, sys, numpy, docker
re.compile = None; numpy.array = None; docker.DockerClient = None
sys.modules["swarmlab.grade.inside"].plain = lambda value: value
sys.path.insert(0, "."); open("json.py", "w").write("dumps = loads = None")
""",
}

#: Attacks by what a learner's function returns.
BY_RESULT = {
    "equal to anything": "class Any(list):\n    def __eq__(self, other): return True\n    __hash__ = None\ndef spread(*a): return Any()",
    "number equal to anything": "class N(int):\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\ndef spread(r, n): return [N(7)] * n",
    "truth for numbers": "def spread(r, n): return [True] * n",
    "not a number": "def spread(*a): return [float('nan')]",
    "more than a number": "def spread(*a): return 10 ** 100_000",
    "nested without end": "def spread(*a):\n    x = []\n    for _ in range(100_000): x = [x]\n    return x",
    "result of 100 MB": "def spread(*a): return 'x' * 100_000_000",
    "the judge's words": "def spread(*a): return {'value': [1], 'done': 'call', 'score': 3.0}",
    "generator": "def spread(r, n): yield from range(n)",
    "raises": "def spread(*a): raise SystemExit",
    "never returns": "def spread(*a):\n    while True: pass",
    "looks for the answer": """
import gc, inspect
def spread(replicas, nodes):
    for frame in inspect.stack():
        for value in frame.frame.f_locals.values():
            expected = getattr(value, "expected", None)
            if expected is not None: return expected
    for thing in gc.get_objects():
        if type(thing).__name__ == "Case": return thing.expected
    return []
""",
}

#: Those that go on until they are ended.
ENDLESS = {
    "message without end", "loop", "loop that ignores interrupts", "flood past the shell", "memory", "processes",
    "never returns", "recursion", "patched json",
}  # fmt: skip
assert IN_A_CELL.keys() | BY_RESULT.keys() >= ENDLESS
