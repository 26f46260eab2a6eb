"""Starting the four parts, each with a folder of its own below .demo/, joined only by HTTP."""

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import network

ROOT = Path(__file__).resolve().parents[2]
DEMO = Path(os.environ.get("DARKSLIDE_DEMO_DIR", ROOT / ".demo"))
BINARIES = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / os.environ.get("DARKSLIDE_PROFILE", "release")
STUDIO = "Aurora Photography"
LAB = "Northlight Lab"
GALLERY = "Lina & Jonas"
PICTURES = (".jpg", ".jpeg", ".tif", ".tiff", ".png", ".webp")
# Exit code of the agent when some files could not be read; the others went on.
PARTLY_DONE = 3


class Failure(Exception):
    """What went wrong, and what to do about it."""


def say(text: str) -> None:
    print(text, flush=True)


def whole(listing: dict) -> list[dict]:
    """The photos of a listing's answer with the visitor's tokens in their addresses."""
    tokens = iter(listing["tokens"])
    for photo in listing["photos"]:
        for kind in ("thumbnail", "proof"):
            if kind in photo:
                photo[kind]["url"] += f"?t={next(tokens)}"
    return listing["photos"]


class Loop:
    def __init__(self, photos: Path | None, lan: str | None, watermark: bool = True):
        if photos and not photos.is_dir():
            raise Failure(f"PHOTOS={photos} is not a folder. Give a folder of JPEG or TIFF files.")
        self.lan = lan
        self.shoot = photos.resolve() if photos else DEMO / "shoot"
        self.own_photos = photos is not None
        self.watermark = watermark
        self.host_dir, self.agent_dir, self.lab_dir = DEMO / "host", DEMO / "studio", DEMO / "lab"
        port = network.free_port(8460)
        scheme, name = ("https", lan) if lan else ("http", "127.0.0.1")
        self.site = f"{scheme}://{name}:{port}"
        self.listen = f"{'0.0.0.0' if lan else '127.0.0.1'}:{port}"
        self.certificate: Path | None = None
        self.daemons: dict[str, subprocess.Popen] = {}
        self.code = ""
        self.seconds_file_to_visible = 0.0

    # --- running binaries ---------------------------------------------------------------------
    def command(self, name: str, *args: object) -> list[str]:
        binary = BINARIES / name
        if not binary.exists():
            raise Failure(f"{binary} is missing. Run `make demo`, which builds it.")
        return [str(binary), *map(str, args)]

    def host(self, *args: object) -> dict:
        return self.run(self.command("darkslide-host", "--data", self.host_dir, "--json", *args))

    def agent(self, *args: object) -> dict:
        return self.run(self.command("darkslide", "--config", self.agent_dir, "--json", "--yes", *args))

    def receiver(self, *args: object) -> dict:
        return self.run(self.command("darkslide-lab", "--data", self.lab_dir, "--json", *args))

    def run_lines(self, *args: object) -> list:
        """The agent's answer as all its JSON lines."""
        command = self.command("darkslide", "--config", self.agent_dir, "--json", *args)
        text = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    @staticmethod
    def run(command: list[str]) -> dict:
        """Runs to the end; the fields of all JSON lines it printed, later ones winning."""
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode == PARTLY_DONE:
            say(done.stderr.strip())
        elif done.returncode != 0:
            raise Failure(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr or done.stdout}")
        fields: dict = {}
        for text in [done.stdout, *done.stdout.splitlines()]:
            try:
                value = json.loads(text)
            except ValueError:
                continue
            if isinstance(value, dict):
                fields.update(value)
        return fields

    def daemon(self, name: str, command: list[str]) -> None:
        log = open(DEMO / f"{name}.log", "ab")
        self.daemons[name] = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )

    # --- the set-up ---------------------------------------------------------------------------
    def start(self) -> None:
        DEMO.mkdir(parents=True, exist_ok=True)
        for folder in (self.host_dir, self.agent_dir, self.lab_dir):
            shutil.rmtree(folder, ignore_errors=True)
        for log in DEMO.glob("*.log"):
            log.unlink()
        self.draw()
        self.start_host()
        self.start_lab()
        self.start_studio()

    def draw(self) -> None:
        if self.own_photos or len(list(self.shoot.rglob("*.jpg"))) >= 36:
            return
        say("Drawing a shoot of 36 pictures at 24 megapixels …")
        unfinished = DEMO / "shoot.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.run(self.command("darkslide-shoot", unfinished, "--count", 36))
        shutil.rmtree(self.shoot, ignore_errors=True)
        unfinished.rename(self.shoot)

    def start_host(self) -> None:
        self.host("init", "--url", self.site)
        serve = ["serve", "--listen", self.listen, *self.host_extras()]
        if self.lan:
            tls = DEMO / "tls"
            self.host("certificate", "--name", self.lan, "--name", "127.0.0.1", "--out", tls)
            self.certificate = tls / "cert.pem"
            serve += ["--tls", tls / "cert.pem", tls / "key.pem"]
        self.daemon("host", self.command("darkslide-host", "--data", self.host_dir, *serve))
        self.wait_for("the host answering", self.is_up, 30)

    def host_extras(self) -> list[str]:
        """Set up what else the host has before it serves; more arguments for serving."""
        return []

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(self.site + "/healthz", timeout=2, context=self.tls()):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def tls(self):
        if not self.certificate:
            return None
        import ssl

        return ssl.create_default_context(cafile=str(self.certificate))

    def start_lab(self) -> None:
        token = self.host("lab", "add", LAB)["token"]
        self.receiver("init", "--name", LAB)
        if self.certificate:
            settings = self.lab_dir / "lab.toml"
            settings.write_text(settings.read_text().replace('# ca = "host.pem"', f'ca = "{self.certificate}"'))
        self.receiver("login", self.site, "--token", token)
        self.daemon("lab", self.command("darkslide-lab", "--data", self.lab_dir, "run"))

    def start_studio(self) -> None:
        token = self.host("studio", "add", STUDIO)["token"]
        self.agent("init", "--watermark", STUDIO)
        if not self.watermark:
            settings = self.agent_dir / "darkslide.toml"
            settings.write_text(settings.read_text().replace('#on = "selling"', 'on = "never"'))
        trust = ["--ca", self.certificate] if self.certificate else []
        self.agent("login", self.site, "--token", token, "--name", "Studio computer", *trust)
        self.agent("lab", "pair", self.receiver("pair")["code"])
        self.wait_for("the lab accepting the studio", self.lab_in_use, 30)
        self.agent("pricelist", "import", ROOT / "tests" / "demo" / "prints.toml")

        say("Scanning, rendering and publishing …")
        begin = time.monotonic()
        self.agent("scan", self.shoot)
        selection = [] if self.own_photos else ["--min-rating", 3]
        self.agent("gallery", "create", GALLERY, "--from", self.shoot, *selection, "--price-list", "Prints",
                   "--welcome", "Thank you for letting us be part of your day. Enjoy your pictures!")
        self.published = self.agent("gallery", "publish", GALLERY)
        self.seconds_file_to_visible = time.monotonic() - begin
        self.code = self.agent("gallery", "share", GALLERY, "--no-qr")["code"]
        self.daemon("agent", self.command("darkslide", "--config", self.agent_dir, "--no-progress", "run"))

    def lab_in_use(self) -> bool:
        try:
            self.agent("lab", "use", LAB)
            return True
        except Failure:
            return False

    def wait_for(self, what: str, probe, seconds: float):
        end = time.monotonic() + seconds
        while True:
            result = probe()
            if result:
                return result
            for name, daemon in self.daemons.items():
                if daemon.poll() is not None:
                    raise Failure(f"The {name} ended with {daemon.returncode} while waiting for {what}.")
            if time.monotonic() > end:
                raise Failure(f"{what} did not happen within {seconds:.0f} s.")
            time.sleep(0.2)

    # --- a person at the screen ---------------------------------------------------------------
    def invite(self) -> None:
        subprocess.run(self.command("darkslide", "--config", self.agent_dir, "gallery", "share", GALLERY))
        say(f"""
  Gallery     {self.site}/#{self.code.replace('-', '')}
  Access code {self.code}
  Prints land in {self.lab_dir / 'hot'}
  Tickets     in {self.lab_dir / 'tickets'}

Order a print in the browser, then release it in another terminal:
  {BINARIES / 'darkslide'} --config {self.agent_dir} orders list
  {BINARIES / 'darkslide'} --config {self.agent_dir} orders approve NUMBER
""")
        if self.certificate:
            say("The certificate was made for this demo; your phone will ask whether to trust it.")
        say("Ctrl-C ends everything. New pictures copied into the shoot's folder are published by themselves.")

    def wait(self) -> None:
        shown = len(self.prints())
        while True:
            prints = self.prints()
            for path in prints[shown:]:
                say(f"Printed: {path}")
            shown = len(prints)
            for name, daemon in self.daemons.items():
                if daemon.poll() is not None:
                    raise Failure(f"The {name} ended with {daemon.returncode}.")
            time.sleep(0.5)

    def prints(self) -> list[Path]:
        return sorted((self.lab_dir / "hot").rglob("*.jpg"))

    def show_logs(self) -> None:
        for log in sorted(DEMO.glob("*.log")):
            lines = log.read_text(errors="replace").splitlines()[-15:]
            print(f"--- {log}", *lines, sep="\n", flush=True)

    def stop(self) -> None:
        for daemon in self.daemons.values():
            daemon.terminate()
        for daemon in self.daemons.values():
            try:
                daemon.wait(5)
            except subprocess.TimeoutExpired:
                daemon.kill()
