#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "certs/dsse.h"
#include "client/evidence/bundle.h"
#include "client/evidence/bundle_index.h"
#include "client/evidence/stored_zip.h"
#include "client/evidence/verify_bundle.h"
#include "tests/evidence/refitted.h"
#include "tests/evidence/roster_world.h"

// Everything in a bundle that can be changed is changed, and each change must be found and located.
namespace gatepost::evidence {
namespace {

// A roster, exchanged keys, an agreement, a batched message, a revocation list, all cosigned.
struct Full : RosterWorld {
  Full() {
    Cross(Signed(Roster(*vn_officer, 1,
                        {{vn_officer.get(), {"officer", "shift-leader"}},
                         {vn_clerk.get(), {"shift-leader"}},
                         {vn_service.get(), {"feeder"}}}),
                 {vn_officer.get()}));
    Cross(BothSigned("two"));
    ExchangeLogKey(vn, 'p');
    ExchangeWitnessKey(cn, 'q');
    Agree();
    Cross(WriteBatch(3)[1]);
    Cosign();
    const auto other = vn_authority.Issue("/agency/board/clerk/09");
    revocation_lists = {vn_authority.Revoke({{other.get(), now}})};
  }
};

Files Opened(const std::string& archive) { return ReadStoredZip(archive).files; }

// The file itself, or the message that it belongs to.
std::string PlaceOf(const std::string& name) {
  return name.starts_with("messages/") ? name.substr(0, std::string("messages/001").size()) : name;
}

bool Located(const Verdict& verdict, const std::vector<std::string>& names) {
  return std::ranges::any_of(verdict.findings, [&](const Finding& finding) {
    return std::ranges::any_of(
        names, [&](const std::string& name) { return PlaceOf(finding.where) == PlaceOf(name); });
  });
}

// One bit of every byte of the file; the verdict names the file whose bytes they are.
TEST(BundleSweep, EveryFlippedByteIsFoundAndLocated) {
  const Full world;
  const std::string archive = Sealed(world.Evidence(world.vn));
  const VerifyOptions options = world.Options();
  ASSERT_EQ(VerifyBundle(archive, options).answer, Answer::kValid)
      << Describe(VerifyBundle(archive, options));
  struct Record {
    std::string name;
    size_t data = 0;  // Where its contents begin.
  };
  std::map<size_t, Record> ends;  // Of local records.
  size_t end = 0;
  for (const auto& [name, bytes] : Opened(archive)) {
    const size_t data = end + 30 + name.size();
    end = data + bytes.size();
    ends[end] = {name, data};
  }
  size_t located = 0;
  for (size_t at = 0; at < archive.size(); ++at) {
    std::string changed = archive;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
    const Verdict verdict = VerifyBundle(changed, options);
    ASSERT_EQ(verdict.answer, Answer::kInvalid) << "byte " << at;
    const auto file = ends.upper_bound(at);
    if (file == ends.end()) continue;  // The directory.
    const bool named = verdict.findings.at(0).where == file->second.name;
    located += named ? 1 : 0;
    // A changed name is told by another one, or by the file before it.
    ASSERT_TRUE(named || at < file->second.data) << "byte " << at << " of " << file->second.name;
  }
  std::printf("flipped %zu bytes: all found; %zu of %zu before the directory name their file\n",
              archive.size(), located, end);
  EXPECT_GT(located, end * 9 / 10);
}

// Each file dropped, doubled under another name, exchanged with every other, emptied and changed,
// with a manifest that fits.
TEST(BundleSweep, EveryChangedFileIsFoundThoughTheManifestFits) {
  const Full world;
  const Files files = Opened(Sealed(world.Evidence(world.vn)));
  const VerifyOptions options = world.Options();
  size_t dropped = 0;
  size_t doubled = 0;
  size_t swapped = 0;
  size_t changed = 0;
  const auto check = [&](const Files& other, const std::vector<std::string>& places,
                         const char* what) {
    const Verdict verdict = VerifyBundle(Refitted(other), options);
    ASSERT_NE(verdict.answer, Answer::kValid) << what << " " << places[0];
    ASSERT_TRUE(Located(verdict, places)) << what << " " << places[0] << Describe(verdict);
  };
  for (const auto& [name, bytes] : files) {
    if (name == kManifestFile) continue;
    Files other = files;
    other.erase(name);
    ASSERT_NO_FATAL_FAILURE(check(other, {name}, "dropped"));
    ++dropped;
    other = files;
    other[name + ".copy"] = bytes;
    ASSERT_NO_FATAL_FAILURE(check(other, {name + ".copy"}, "doubled"));
    ++doubled;
    for (const std::string& replaced : {std::string(), bytes + "\n", "x" + bytes}) {
      if (replaced == bytes) continue;
      other = files;
      other[name] = replaced;
      ASSERT_NO_FATAL_FAILURE(check(other, {name}, "changed"));
      ++changed;
    }
    for (auto next = files.upper_bound(name); next != files.end(); ++next) {
      if (next->first == kManifestFile || next->second == bytes) continue;
      // Every pair of one kind, and each file with its neighbour.
      const bool kind =
          name.substr(0, name.find('/')) == next->first.substr(0, next->first.find('/'));
      if (!kind && next != files.upper_bound(name)) continue;
      other = files;
      std::swap(other[name], other[next->first]);
      ASSERT_NO_FATAL_FAILURE(check(other, {name, next->first}, "swapped"));
      ++swapped;
    }
  }
  std::printf("%zu files: %zu dropped, %zu doubled, %zu changed, %zu swapped: all found\n",
              files.size() - 1, dropped, doubled, changed, swapped);
}

// Bytes that the checks rest on, changed before the bundle is made, so that all that follows from
// them fits.
TEST(BundleSweep, EveryChangedPieceOfEvidenceIsFoundThoughTheBundleFits) {
  const Full world;
  const v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  const VerifyOptions options = world.Options();
  const Verdict before = VerifyBundle(Sealed(evidence), options);
  size_t found = 0;
  size_t unmade = 0;
  const auto sweep = [&](const char* what, size_t step,
                         const std::function<std::string*(v1::GetEvidenceResponse&)>& piece) {
    v1::GetEvidenceResponse changed = evidence;
    std::string& bytes = *piece(changed);
    for (size_t at = 0; at < bytes.size(); at += step) {
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 7)));
      const absl::StatusOr<Bundle> bundle = Bundle::Make(changed);
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 7)));
      if (!bundle.ok()) {
        ++unmade;
        continue;
      }
      const Verdict verdict = VerifyBundle(bundle->Seal().value(), options);
      ASSERT_TRUE(verdict.answer != Answer::kValid || verdict.notes != before.notes ||
                  verdict.satisfies != before.satisfies)
          << what << " byte " << at;
      ++found;
    }
  };
  for (int m = 0; m < evidence.messages_size(); ++m) {
    const auto message = [m](v1::GetEvidenceResponse& e) { return e.mutable_messages(m); };
    sweep("payload", 3, [&](auto& e) { return message(e)->mutable_envelope()->mutable_payload(); });
    for (int l = 0; l < evidence.messages(m).leaves_size(); ++l) {
      sweep("leaf", 13, [&](auto& e) { return message(e)->mutable_leaves(l)->mutable_leaf(); });
      sweep("proof", 13, [&](auto& e) { return message(e)->mutable_leaves(l)->mutable_proof(); });
    }
    if (evidence.messages(m).envelope().has_batch()) {
      const auto batch = [&](auto& e) { return message(e)->mutable_envelope()->mutable_batch(); };
      sweep("head", 1, [&](auto& e) { return batch(e)->mutable_head_payload(); });
      sweep("path", 5, [&](auto& e) { return batch(e)->mutable_path(0); });
      sweep("sig", 5,
            [&](auto& e) { return batch(e)->mutable_head_signatures(0)->mutable_value(); });
    } else {
      const auto signature = [&](auto& e) {
        return message(e)->mutable_envelope()->mutable_signatures(0);
      };
      sweep("value", 5, [&](auto& e) { return signature(e)->mutable_value(); });
      sweep("suite", 1, [&](auto& e) { return signature(e)->mutable_suite(); });
      sweep("certificate", 5, [&](auto& e) { return signature(e)->mutable_certificate_sha256(); });
    }
  }
  sweep("chain", 11, [](auto& e) { return e.mutable_chains(0)->mutable_certificates(0); });
  sweep("root", 11, [](auto& e) { return e.mutable_roots(0); });
  sweep("agreement", 11, [](auto& e) { return e.mutable_link_agreements(0); });
  sweep("revocation", 3, [](auto& e) { return e.mutable_revocation_lists(0); });
  sweep("head", 3, [](auto& e) { return e.mutable_heads(0); });
  std::printf("%zu changed bytes found by the checks, %zu already when the bundle was made\n",
              found, unmade);
}

}  // namespace
}  // namespace gatepost::evidence
