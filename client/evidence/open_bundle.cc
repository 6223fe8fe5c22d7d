#include "client/evidence/open_bundle.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "certs/digest.h"
#include "client/evidence/bundle.h"
#include "client/evidence/core_files.h"
#include "client/evidence/derived_files.h"
#include "client/evidence/stored_zip.h"
#include "daemon/ledger/lines.h"

namespace gatepost::evidence {
namespace {

// Takes the manifest out of `files`, which it must list.
void CheckManifest(Files& files, Found& found) {
  const auto node = files.extract(kManifestFile);
  if (node.empty()) return found.Invalid(kManifestFile, "a manifest of all files", "none");
  const size_t before = found.findings.size();
  std::map<std::string, std::string> listed;
  std::string_view rest = node.mapped();
  while (const std::optional<std::string_view> line = ledger::TakeLine(rest)) {
    const size_t blanks = line->find("  ");
    if (blanks == std::string_view::npos) break;
    listed.emplace(line->substr(blanks + 2), line->substr(0, blanks));
  }
  for (const auto& [name, bytes] : files) {
    const auto line = listed.find(name);
    const std::string digest = certs::ToHex(certs::Sha256Of(bytes));
    if (line == listed.end()) {
      found.Invalid(name, "only files that the manifest lists", "a file that it does not list");
    } else if (line->second != digest) {
      found.Invalid(name, fmt::format("the digest of the manifest, {}", line->second), digest);
    }
  }
  for (const auto& [name, digest] : listed) {
    if (!files.contains(name)) found.Invalid(name, "every file of the manifest", "it is missing");
  }
  if (found.findings.size() == before && node.mapped() != ManifestOf(files)) {
    found.Invalid(kManifestFile, "one line for each file, in the order of names", "another text");
  }
}

// The first line in which two texts differ, for people.
std::pair<std::string, std::string> FirstDifference(std::string_view wanted,
                                                    std::string_view came) {
  for (int number = 1;; ++number) {
    const auto a = ledger::TakeLine(wanted);
    const auto b = ledger::TakeLine(came);
    if (a == b && a.has_value()) continue;
    return {fmt::format("line {}: {}", number, system::Printable(a.value_or(wanted))),
            fmt::format("line {}: {}", number, system::Printable(b.value_or(came)))};
  }
}

// message.txt is a reading by the program that exported it. One that did not know all of the
// content left it out. What this program does not know it cannot compare: nothing is said against
// it, and nothing for it.
bool IsOtherReading(const std::string& name, const std::string& ours, const std::string& theirs,
                    Found& found) {
  if (!name.ends_with("/message.txt")) return false;
  if (theirs == NewerSchemaText()) {
    found.Note(fmt::format("{}: left out by the program that exported it", name));
    return true;
  }
  if (ours != NewerSchemaText()) return false;
  found.Missing(name, "a program that knows this schema", "a text that this one cannot compare",
                "do not read it; check the bundle with a newer program");
  return true;
}

bool IsEarlierText(const Bundle& ours, const std::string& name, const std::string& theirs) {
  return name == kVerifyFile && ours.IsEarlierVerifyText(theirs);
}

// What follows from the core must be what it says, and nothing else may lie in the bundle.
void CheckDerived(const OpenedBundle& opened, const Files& files, Found& found) {
  const absl::StatusOr<Bundle> bundle = Bundle::Make(opened.evidence);
  if (!bundle.ok()) return found.Add("bundle", bundle.status());
  const Files ours = bundle->AllFiles();
  for (const auto& [name, bytes] : ours) {
    const auto theirs = files.find(name);
    if (theirs == files.end()) {
      found.Invalid(name, "all files of the version", "it is missing");
    } else if (theirs->second != bytes && !IsEarlierText(*bundle, name, theirs->second) &&
               !IsOtherReading(name, bytes, theirs->second, found)) {
      const auto [wanted, came] = FirstDifference(bytes, theirs->second);
      found.Invalid(name, fmt::format("what follows from the evidence, {}", wanted), came);
    }
  }
  for (const auto& [name, bytes] : files) {
    if (!ours.contains(name)) {
      found.Invalid(name, "only files that bundle.txt names or that follow from them",
                    "another file");
    }
  }
}

}  // namespace

std::optional<OpenedBundle> OpenBundle(std::string_view archive, Found& found) {
  StoredZip zip = ReadStoredZip(archive);
  if (zip.fault.has_value()) {
    found.Add(zip.fault->where, zip.fault->why);
    return std::nullopt;
  }
  Files files = std::move(zip.files);
  CheckManifest(files, found);
  const auto index = files.find(kIndexFile);
  if (index == files.end()) {
    found.Invalid(kIndexFile, fmt::format("a bundle of version {}", kBundleVersion), "none");
    return std::nullopt;
  }
  absl::StatusOr<BundleIndex> parsed = BundleIndex::Parse(index->second);
  if (!parsed.ok()) {
    found.Add(kIndexFile, parsed.status());
    return std::nullopt;
  }
  OpenedBundle opened;
  opened.index = *std::move(parsed);
  std::vector<Finding> unread;
  opened.evidence = ReadCore(opened.index, files, unread);
  for (const Finding& finding : unread) found.Add(finding.where, finding.why);
  if (unread.empty()) CheckDerived(opened, files, found);
  return opened;
}

}  // namespace gatepost::evidence
