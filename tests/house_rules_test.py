#!/usr/bin/env python3
"""The house rules find what they promise to find, and leave good files alone."""

import pathlib
import tempfile
import unittest

import house_rules

GUARD = "#ifndef GATEPOST_{0}_\n#define GATEPOST_{0}_\n{1}\n#endif  // GATEPOST_{0}_\n"


class HouseRulesTest(unittest.TestCase):
    """Each case writes a small tree and looks at what is found in it."""

    def breaches(self, files):
        """The texts of all breaches in a tree of path -> content."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return [f"{name}:{number}: {what}" for name, number, what in house_rules.breaches(root)]

    def assertOne(self, files, wanted):
        found = self.breaches(files)
        self.assertEqual(len(found), 1, found)
        self.assertIn(wanted, found[0])

    def test_a_good_file_is_left_alone(self):
        self.assertEqual(self.breaches({
            "daemon/exchange/inbox.h":
                GUARD.format("DAEMON_EXCHANGE_INBOX_H", '#include "daemon/ledger/leaf.h"')}), [])

    def test_a_layer_must_not_look_up(self):
        self.assertOne({"daemon/ledger/leaf.cc": '#include "daemon/exchange/inbox.h"\n'},
                       "daemon/ledger must not know daemon/exchange")

    def test_the_product_must_not_know_its_tests(self):
        self.assertOne({"certs/signer.cc": '#include "tests/support/clock.h"\n'}, "its tests")

    def test_libraries_stay_in_their_rooms(self):
        for name, include in (("daemon/exchange/a.cc", "grpcpp/grpcpp.h"),
                              ("daemon/domain/a.cc", "gatepost/v1/link_service.grpc.pb.h"),
                              ("daemon/ledger/a.cc", "openssl/evp.h"),
                              ("daemon/rpc/a.cc", "sqlite3.h"),
                              ("daemon/system/a.cc", "absl/synchronization/mutex.h")):
            self.assertOne({name: f"#include <{include}>\n"}, include)
            self.assertEqual(self.breaches({"tests/a.cc": f"#include <{include}>\n"}), [])

    def test_header_guards_follow_the_path(self):
        self.assertOne({"certs/a.h": GUARD.format("CERTS_B_H", "")}, "GATEPOST_CERTS_A_H_")

    def test_long_files_are_named(self):
        self.assertOne({"certs/a.cc": "//\n" * (house_rules.LINE_LIMIT + 1)}, "second idea")

    def test_unfinished_and_workplace_words_are_named(self):
        for word in house_rules.UNFINISHED + house_rules.WORKPLACE:
            self.assertOne({"certs/a.cc": f"// see {word} there\n"}, word)

    def test_sleeping_and_stray_spaces_are_named(self):
        self.assertOne({"certs/a.cc": "std::this_thread::sleep" + "_for(1s);\n"}, "waits for luck")
        self.assertOne({"README.md": "text \n"}, "end of the line")
        self.assertOne({"certs/a.cc": "\tint a;\n"}, "a tab")

    def test_every_reason_is_explained(self):
        enum = "enum Reason {\n  REASON_UNSPECIFIED = 0;\n  REASON_TOO_LARGE = 27;\n}\n"
        self.assertOne({house_rules.REASON_ENUM: enum}, "TOO_LARGE is not explained")
        self.assertEqual(self.breaches({house_rules.REASON_ENUM: enum,
                                        house_rules.REASON_PAGE: "`TOO_LARGE`: retry no\n"}), [])


if __name__ == "__main__":
    unittest.main()
