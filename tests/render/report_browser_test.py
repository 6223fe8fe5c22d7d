#!/usr/bin/python3
"""The report on evidence as a reviewer's browser shows it.

usage: report_browser_test.py SAMPLE_REPORT [FOLDER]

SAMPLE_REPORT prints a report on sample evidence. Each page is parsed with Python's html.parser. Where a
Chromium is installed it opens the page without any network, once with a proxy that counts what is asked for,
and prints it to PDF; where there is none, the test says so and that part is skipped. With FOLDER, pages,
pictures and PDFs stay there to be looked at.
"""

import contextlib
import html.parser
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

SAMPLE_REPORT, *KEPT = sys.argv[1:]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
VOID = {"meta", "br", "hr", "img", "link", "input"}
# What Chromium asks its maker for on its own behalf, whatever the page is.
OF_THE_BROWSER = re.compile(rb"[A-Z]+ (http://)?([\w.-]+\.)?(google|googleapis|gstatic|gvt1)\.com[:/]")
KINDS = [("valid", "en"), ("invalid", "vi"), ("invalid", "zh"), ("hostile", "en")]


def page_of(kind, language):
    done = subprocess.run([SAMPLE_REPORT, kind, language], capture_output=True, check=True)
    return done.stdout.decode("utf-8", errors="strict")


class Nesting(html.parser.HTMLParser):
    """Elements that open and close in order, their attributes, and the text outside the style."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.text = [], set(), [], []
        self.wrong = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append((tag, self.getpos()))

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


def parsed(page):
    parser = Nesting()
    parser.feed(page)
    parser.close()
    return parser


class Markup(unittest.TestCase):
    def test_elements_nest_and_nothing_is_loaded(self):
        for kind, language in KINDS:
            with self.subTest(kind=kind, language=language):
                found = parsed(page_of(kind, language))
                self.assertEqual((found.wrong, found.open), ([], []))
                self.assertLessEqual(found.tags & {"script", "img", "link", "iframe", "a", "form"}, set())
                for _, name, value in found.attributes:
                    self.assertNotIn(name, ("src", "href", "style"))
                    self.assertFalse(name.startswith("on"), name)
                    self.assertNotIn("<", value or "")

    def test_the_text_says_what_matters(self):
        text = " ".join(" ".join(parsed(page_of("invalid", "en")).text).split())
        for word in ("PRACTICE INVALID", "SIGNED_AFTER_REVOCATION", "messages/002/envelope.pb",
                     "cn-pingxiang, entry 812", "2027-01-15 15:00:00 H (16:00:00 B)", "VERIFY.txt"):
            self.assertIn(word, text)

    def test_hostile_bytes_arrive_as_text(self):
        text = " ".join(parsed(page_of("hostile", "en")).text)
        self.assertIn("<script>alert(1)</script>", text)
        self.assertIn("[U+202E]", text)
        self.assertNotRegex(text, "[\0\x1b\u202e]")


class Listener:
    """A proxy that answers nothing and counts who came."""

    def __enter__(self):
        self.asked = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                with connection:
                    connection.settimeout(2)
                    with contextlib.suppress(OSError):
                        self.asked.append(connection.recv(300))

    def __exit__(self, *_):
        self.socket.close()


@unittest.skipUnless(any(map(shutil.which, BROWSERS)), "no Chromium is installed here")
class Browser(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(KEPT[0] if KEPT else self.enterContext(tempfile.TemporaryDirectory()))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.program = next(filter(None, map(shutil.which, BROWSERS)))

    def open(self, kind, language, *arguments):
        page = self.folder / f"{kind}-{language}.html"
        page.write_text(page_of(kind, language), encoding="utf-8")
        return self.show(page, *arguments)

    def show(self, page, *arguments):
        """What the browser prints, and what it asked its proxy for because of the page."""
        with Listener() as proxy, tempfile.TemporaryDirectory() as profile:
            done = subprocess.run(
                [self.program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                 "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync",
                 "--disable-component-update", "--disable-default-apps", "--disable-extensions",
                 "--disable-features=OptimizationHints,MediaRouter,Translate",
                 "--hide-scrollbars", f"--user-data-dir={profile}",
                 f"--proxy-server=127.0.0.1:{proxy.port}", "--proxy-bypass-list=<-loopback>",
                 *arguments, page.as_uri()],
                capture_output=True, timeout=100, check=True)
            asked = [one for one in proxy.asked if one and not OF_THE_BROWSER.match(one)]
            return done.stdout.decode("utf-8", errors="replace"), asked

    def picture(self, kind, language, width, height):
        file = self.folder / f"{kind}-{language}-{width}.png"
        _, asked = self.open(kind, language, f"--screenshot={file}", f"--window-size={width},{height}")
        return file.read_bytes(), asked

    def test_the_browser_keeps_every_word_and_asks_nobody(self):
        for kind, language in KINDS:
            with self.subTest(kind=kind, language=language):
                written, asked = self.open(kind, language, "--dump-dom")
                self.assertEqual(asked, [])
                words = " ".join(parsed(page_of(kind, language)).text).split()
                shown = " ".join(parsed(written).text).split()
                self.assertEqual(shown, words)
                self.assertNotIn("script", parsed(written).tags)

    def test_the_page_is_laid_out(self):
        image, asked = self.picture("invalid", "en", 1280, 2400)
        self.assertEqual(asked, [])
        self.assertEqual(image[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">II", image[16:24]), (1280, 2400))
        self.assertGreater(len(image), 100_000, "an empty page compresses to a few kilobytes")

    def test_a_page_that_loads_something_would_be_seen(self):
        page = self.folder / "loads.html"
        page.write_text("<!DOCTYPE html><img src=http://leak.invalid/x>", encoding="utf-8")
        _, asked = self.show(page, "--dump-dom")
        self.assertTrue(any(b"leak.invalid" in one for one in asked), asked)

    def test_it_prints_on_sheets_of_a4(self):
        for kind in ("valid", "invalid"):
            file = self.folder / f"{kind}-en.pdf"
            self.open(kind, "en", f"--print-to-pdf={file}", "--no-pdf-header-footer")
            pdf = file.read_bytes()
            self.assertTrue(pdf.startswith(b"%PDF-"))
            boxes = re.findall(rb"/MediaBox \[([^\]]*)\]", pdf)
            self.assertGreater(len(boxes), 2)
            for box in boxes:
                _, _, width, height = map(float, box.split())
                self.assertAlmostEqual(width, 595, delta=2)
                self.assertAlmostEqual(height, 842, delta=2)
        if not shutil.which("pdftotext"):
            return
        marks = []
        for kind in ("valid", "invalid"):
            done = subprocess.run(["pdftotext", "-layout", self.folder / f"{kind}-en.pdf", "-"],
                                  capture_output=True, check=True)
            sheets = done.stdout.decode().rstrip("\f").split("\f")
            marks.append({"PRACTICE" in sheet for sheet in sheets})
        self.assertEqual(marks, [{False}, {True}])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
