#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "certs/certificate.h"
#include "certs/digest.h"
#include "certs/pem.h"
#include "client/evidence/derived_files.h"
#include "client/evidence/entries.h"
#include "client/evidence/proof_path.h"
#include "client/evidence/side_messages.h"
#include "client/evidence/stock_commands.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/lines.h"
#include "daemon/ledger/proof.h"

namespace gatepost::evidence {
namespace {

constexpr char kBefore[] =
    R"(How to repeat the check with stock tools: sha256sum, openssl 3, base64, sed, grep.

Unpack the archive and go into its folder. The lines that begin with four blanks are commands for
sh -eu, to be read before they are run: this file came with the bundle, and one that somebody else
wrote may run anything and print what it likes. A program of your own that checks bundles says
whether this text is the one that follows from the evidence.

They repeat the digests, the keys and roots, the signatures of the first message that has its
envelope, every head, and the place of that message's entries in the logs. What they cannot know is
whether the link agreement is yours: compare its digest with that of your own copy. They do not look
at revocation, at what a thread comes to, or at what was left out.

1. The files are those of the manifest.

    sha256sum --quiet -c manifest.txt
    W=$(mktemp -d)
    said() { sed -n "$2p" "$1" | cut -d' ' -f3 | base64 -d | tail -c 64 > "$W/signature"; }
    by() { openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$2" -sigfile "$W/signature"; }
    leaf() { { printf '\000'; cat "$1"; } | openssl dgst -sha256 -binary | base64; }
    node() { { printf '\001'; echo "$1" | base64 -d; echo "$2" | base64 -d; } |
    openssl dgst -sha256 -binary | base64; }
)";

// Only where there are such: the text of a bundle without them stays what it always was.
constexpr char kOfSides[] =
    R"(
This bundle has rosters or announced keys. The same commands come again for each of these messages:
3 and 4 belong to the message that they name. A key that no link agreement names is announced by a
message of that side's authority (authorities, in the link agreement). The commands do not look at
roles: compare release_rules of the link agreement with the newest roster that has an entry before
that of the message (messages/*/message.txt).
)";

// Commands that carry a hash from leaf `index` of `size` up to the root; the shell's H is the hash.
// `path` is base64.
std::string Climb(uint64_t index, uint64_t size, const std::vector<std::string>& path) {
  std::string text;
  const std::vector<bool> left = StandsOnTheLeft(index, size, path.size());
  for (size_t i = 0; i < left.size(); ++i) {
    text += left[i] ? fmt::format("    H=$(node {} \"$H\")\n", path[i])
                    : fmt::format("    H=$(node \"$H\" {})\n", path[i]);
  }
  return text;
}

// A signature line of a note.
struct SignatureAt {
  int line = 0;  // From 1.
  std::string payload;
};

std::optional<SignatureAt> FindSignature(std::string_view note, const ledger::VerifierKey& key) {
  std::string_view rest = note;
  for (int number = 1;; ++number) {
    const std::optional<std::string_view> line = ledger::TakeLine(rest);
    if (!line.has_value()) return std::nullopt;
    std::string_view encoded = *line;
    if (!ledger::TakePrefix(fmt::format("— {} ", key.name()), encoded)) continue;
    const std::optional<std::string> bytes = certs::Base64Decode(encoded);
    if (!bytes.has_value() || bytes->size() < 68) continue;
    uint32_t id = 0;
    for (size_t i = 0; i < 4; ++i) id = id << 8 | static_cast<uint8_t>((*bytes)[i]);
    if (id == key.key_id()) return SignatureAt{number, bytes->substr(4)};
  }
}

// Commands that check what one of the keys has signed: for a log the note's body, for a witness the
// body below the time of its cosignature.
std::string LogCommands(const std::string& node, const ledger::KeyRing& keys,
                        const std::string& file, std::string_view note) {
  std::string text;
  for (size_t i = 0; i < keys.keys().size(); ++i) {
    const auto log = FindSignature(note, keys.keys()[i]);
    if (!log.has_value()) continue;
    text += fmt::format("    said {} {}\n    by {} \"$W/head\"\n", file, log->line,
                        KeyFile(node, "log", i));
  }
  return text;
}

std::string WitnessCommands(const std::string& node, const ledger::KeyRing& keys,
                            const std::string& file, std::string_view note) {
  std::string text;
  for (size_t i = 0; i < keys.keys().size(); ++i) {
    const auto witness = FindSignature(note, keys.keys()[i]);
    if (!witness.has_value()) continue;
    uint64_t time = 0;
    for (size_t at = 0; at < 8; ++at) time = time << 8 | static_cast<uint8_t>(witness->payload[at]);
    text += fmt::format(
        "    {{ printf 'cosignature/v1\\ntime {}\\n'; cat \"$W/head\"; }} > \"$W/cosigned\"\n"
        "    said {} {}\n    by {} \"$W/cosigned\"\n",
        time, file, witness->line, KeyFile(node, "witness", i));
  }
  return text;
}

// Commands that check all signatures of a note, which lies in `file`.
std::string NoteCommands(const CoreFiles& core, const std::string& file, std::string_view note) {
  std::string text = fmt::format("    sed -n 1,3p {} > \"$W/head\"\n", file);
  std::set<std::string> done;  // Nodes that another agreement names too.
  for (const config::LinkAgreement& agreement : core.agreements) {
    for (const config::AgreedNode& node : agreement.nodes) {
      const std::string& id = node.stated.node();
      if (!done.insert(id).second) continue;
      text += LogCommands(id, *core.keys.Log(id), file, note) +
              WitnessCommands(id, *core.keys.Witness(id), file, note);
    }
  }
  return text;
}

// That each key is named by the agreement in `file`, which names `agreed`, by another one, or by an
// announcement whose signatures follow.
std::string KeyCommands(const CoreFiles& core, const std::string& node, const char* use,
                        const ledger::KeyRing& ring, const ledger::VerifierKey& agreed,
                        const std::string& file) {
  std::string text;
  for (size_t i = 0; i < ring.keys().size(); ++i) {
    const ledger::VerifierKey& key = ring.keys()[i];
    const std::string announced = core.keys.AnnouncedIn(key);
    text += fmt::format(
        "    K=$({{ printf '\\{:03o}'; openssl pkey -pubin -in {} -outform der |\n"
        "    tail -c 32; }} | base64)\n"
        "    grep {} -- \"{}+{:08x}+$K\" {}\n",
        key.type(), KeyFile(node, use, i), announced.empty() ? "-qF" : "-qaF", key.name(),
        key.key_id(),
        key == agreed       ? file
        : announced.empty() ? core.keys.AgreedIn(key)
                            : announced.substr(0, announced.rfind('/')) + "/pae");
  }
  return text;
}

std::string TrustCommands(const CoreFiles& core) {
  std::string text =
      "\n2. The keys and roots are those of the link agreement. Its digest is its file's name.\n\n";
  for (const config::LinkAgreement& agreement : core.agreements) {
    const std::string file = fmt::format("agreements/{}.textproto", certs::ToHex(agreement.sha256));
    text += fmt::format("    echo '{}  {}' | sha256sum --quiet -c\n",
                        certs::ToHex(agreement.sha256), file);
    for (const config::AgreedNode& node : agreement.nodes) {
      const std::string& id = node.stated.node();
      text += KeyCommands(core, id, "log", *core.keys.Log(id), node.log, file) +
              KeyCommands(core, id, "witness", *core.keys.Witness(id), node.witness, file);
      for (const certs::Digest& root : node.roots) {
        const std::string name = fmt::format("roots/{}.pem", certs::ToHex(root));
        if (!core.files.contains(name)) continue;
        text += fmt::format(
            "    R=$(openssl x509 -in {} -outform der | sha256sum | cut -c 1-64)\n"
            "    grep -qF \"$R\" {}\n",
            name, file);
      }
    }
  }
  return text;
}

// The roots that may vouch for the chain in `pem`.
std::vector<std::string> RootFilesFor(const CoreFiles& core, const std::string& pem) {
  std::vector<std::string> names;
  const std::vector<std::string> ders = certs::DerFromPem(pem);
  if (ders.empty()) return names;
  const absl::StatusOr<certs::Certificate> leaf = certs::Certificate::Parse(ders[0]);
  if (!leaf.ok()) return names;
  const absl::StatusOr<certs::SpiffeId> id = leaf->Name();
  if (!id.ok()) return names;
  for (const config::LinkAgreement& agreement : core.agreements) {
    for (const config::AgreedNode& node : agreement.nodes) {
      if (node.spiffe_id.trust_domain() != id->trust_domain()) continue;
      for (const certs::Digest& root : node.roots) {
        std::string name = fmt::format("roots/{}.pem", certs::ToHex(root));
        if (core.files.contains(name)) names.push_back(std::move(name));
      }
    }
  }
  return names;
}

// When its first entry was logged.
std::optional<absl::Time> FirstLogged(const v1::MessageEvidence& message) {
  std::optional<absl::Time> first;
  for (const v1::EvidenceLeaf& leaf : message.leaves()) {
    const absl::StatusOr<ledger::Leaf> parsed = ledger::Leaf::Parse(leaf.leaf());
    if (!parsed.ok() || !IsFirst(*parsed)) continue;
    if (!first.has_value() || parsed->time < *first) first = parsed->time;
  }
  return first;
}

std::string SignatureCommands(const CoreFiles& core, const v1::MessageEvidence& message,
                              const std::string& folder) {
  std::string text;
  int number = 0;
  const v1::Envelope& envelope = message.envelope();
  const std::string signed_file =
      fmt::format("{}/{}", folder, envelope.has_batch() ? "batch-head.pae" : "pae");
  for (const v1::Signature& signature : SignaturesOf(envelope)) {
    ++number;
    const std::string name =
        fmt::format("certificates/{}.pem", certs::HexEncode(signature.certificate_sha256()));
    const auto chain = core.files.find(name);
    if (chain == core.files.end()) continue;
    text += fmt::format("    openssl x509 -in {} -pubkey -noout > \"$W/signer.pem\"\n", name);
    if (ValuesAreDer(signature.suite())) {
      text += fmt::format(
          "    {}\n", DgstCommand(signature.suite(), "\"$W/signer.pem\"",
                                  fmt::format("{}/signature-{}.der", folder, number), signed_file));
    } else {
      text +=
          fmt::format("    cp {}/signature-{}.sig \"$W/signature\"\n    by \"$W/signer.pem\" {}\n",
                      folder, number, signed_file);
    }
    const std::vector<std::string> roots = RootFilesFor(core, chain->second);
    const std::optional<absl::Time> logged = FirstLogged(message);
    if (roots.empty() || !logged.has_value()) continue;
    text += "    cat";
    for (const std::string& root : roots) text += " " + root;
    text += " > \"$W/roots.pem\"\n" + ChainCommands(name, chain->second, *logged);
  }
  return text;
}

std::string BatchCommands(const v1::Envelope& envelope, const std::string& folder) {
  if (!envelope.has_batch()) return "";
  std::vector<std::string> path;
  for (const std::string& hash : envelope.batch().path()) path.push_back(certs::Base64Encode(hash));
  // The third line of a head is its size.
  std::string_view head = envelope.batch().head_payload();
  std::optional<std::string_view> size;
  for (int i = 0; i < 3; ++i) size = ledger::TakeLine(head);
  if (!size.has_value() || !ledger::TakePrefix("size ", *size)) return "";
  return fmt::format(
      "    openssl dgst -sha256 -binary {0}/pae > \"$W/input\"\n    H=$(leaf \"$W/input\")\n{1}"
      "    grep -qx \"root $H\" {0}/batch-head\n",
      folder, Climb(envelope.batch().index(), ledger::ParseDecimal(*size).value_or(0), path));
}

std::string EntryCommands(const CoreFiles& core, const IndexedMessage& message) {
  std::string text;
  for (const std::string& stem : message.leaves) {
    const std::string& proof_text = core.files.at(stem + ".tlog-proof");
    const absl::StatusOr<ledger::TlogProof> proof = ledger::TlogProof::Parse(proof_text);
    if (!proof.ok()) continue;
    std::string_view head = proof->checkpoint;
    std::optional<std::string_view> size;
    for (int i = 0; i < 2; ++i) size = ledger::TakeLine(head);
    std::vector<std::string> path;
    for (const certs::Digest& hash : proof->path) {
      path.push_back(certs::Base64Encode(certs::AsView(hash)));
    }
    text += fmt::format(
        "    sed '1,/^$/d' {0}.tlog-proof > \"$W/note\"\n    H=$(leaf {0}.leaf)\n{1}"
        "    test \"$H\" = \"$(sed -n 3p \"$W/note\")\"\n{2}\n",
        stem, Climb(proof->index, ledger::ParseDecimal(size.value_or("")).value_or(0), path),
        NoteCommands(core, "\"$W/note\"", proof->checkpoint));
  }
  return text;
}

// The first of these that has its envelope; none of them: the end.
std::vector<int>::const_iterator FirstThere(const v1::GetEvidenceResponse& evidence,
                                            const std::vector<int>& messages) {
  return std::ranges::find_if(messages, [&](int i) { return evidence.messages(i).has_envelope(); });
}

// Those that speak for a side, and the first one that the evidence is about.
std::vector<int> MessagesToRepeat(const v1::GetEvidenceResponse& evidence) {
  const std::vector<int> asked = AskedMessages(evidence);
  const auto first = FirstThere(evidence, asked);
  std::vector<int> repeated;
  for (int i = 0; i < evidence.messages_size(); ++i) {
    const v1::MessageEvidence& message = evidence.messages(i);
    const bool is_first = first != asked.end() && i == *first;
    if (is_first || SpeaksForSide(message.envelope())) repeated.push_back(i);
  }
  return repeated;
}

std::string TextOf(const std::string& introduction, const std::vector<int>& repeated,
                   const v1::GetEvidenceResponse& evidence, const CoreFiles& core,
                   const Files& files) {
  std::string text = introduction + TrustCommands(core);
  for (const int i : repeated) {
    const v1::MessageEvidence& message = evidence.messages(i);
    const IndexedMessage& indexed = core.index.messages[static_cast<size_t>(i)];
    text += fmt::format(
        "\n3. The signatures of {0}, and its signers' certificates when it was first "
        "logged.\n\n{1}{2}"
        "\n4. Its entries are in the logs, under signed heads, and the entries are about its "
        "bytes.\n\n"
        "    P=$(sha256sum < {0}/pae | cut -c 1-64)\n    grep -qrx \"pae $P\" {0}/leaves\n{3}",
        indexed.folder, SignatureCommands(core, message, indexed.folder),
        BatchCommands(message.envelope(), indexed.folder), EntryCommands(core, indexed));
  }
  text += "\n5. Every head.\n\n";
  for (const std::string& name : core.index.heads) {
    text += NoteCommands(core, name, files.at(name));
  }
  return text + "    rm -r \"$W\"\n";
}

}  // namespace

std::string VerifyText(const v1::GetEvidenceResponse& evidence, const CoreFiles& core,
                       const Files& files) {
  const bool of_sides = std::ranges::any_of(
      evidence.messages(), [](const auto& message) { return SpeaksForSide(message.envelope()); });
  return TextOf(of_sides ? std::string(kBefore) + kOfSides : kBefore, MessagesToRepeat(evidence),
                evidence, core, files);
}

std::optional<std::string> EarlierVerifyText(const v1::GetEvidenceResponse& evidence,
                                             const CoreFiles& core, const Files& files) {
  for (const std::string& node : core.keys.Nodes()) {
    for (const ledger::KeyRing* ring : {core.keys.Log(node), core.keys.Witness(node)}) {
      if (ring->keys().size() > 1) return std::nullopt;
    }
  }
  std::vector<int> all(static_cast<size_t>(evidence.messages_size()));
  std::iota(all.begin(), all.end(), 0);
  const auto first = FirstThere(evidence, all);
  const std::vector<int> repeated(first, first == all.end() ? first : std::next(first));
  return TextOf(kBefore, repeated, evidence, core, files);
}

}  // namespace gatepost::evidence
