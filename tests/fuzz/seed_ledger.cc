// Seeds of the log's formats: leaves, notes, proofs, questions to witnesses, policies.

#include "certs/batch.h"
#include "daemon/ledger/cosignature.h"
#include "daemon/ledger/policy.h"
#include "daemon/ledger/proof.h"
#include "daemon/ledger/witness.h"
#include "tests/fuzz/sample_heads.h"
#include "tests/fuzz/seeds.h"

namespace gatepost::fuzz {
namespace {

std::string FullLeaf() {
  ledger::Leaf leaf;
  leaf.event = ledger::event::kDelivered;
  leaf.time = absl::FromUnixMicros(1'800'000'000'123'456);
  leaf.epoch = 3;
  leaf.actor = "spiffe://langson.example/agency/board/officer/shift-lead-2";
  leaf.peer = "vn-langson";
  leaf.object = "message:0194e1a2-7c00-7000-8000-0123456789ab";
  leaf.sequence = 142;
  leaf.pae = certs::Sha256Of("pae");
  leaf.signatures = certs::Sha256Of("signatures");
  leaf.result = "REFUSED:UNKNOWN_GATE";
  leaf.detail = "wanted:a_gate";
  leaf.nonce.fill(0xa5);
  return leaf.Encode().value();
}

std::string Proof(uint64_t index, uint64_t size, bool cosigned) {
  const SampleLog& sample = SampleLog::Get();
  ledger::TlogProof proof;
  proof.index = index;
  proof.path = ledger::InclusionProof(index, size, ledger::FlatNodeReader(sample.nodes)).value();
  proof.checkpoint = sample.Note(size, cosigned);
  if (cosigned) proof.extra = "beside it";
  return proof.Format();
}

std::string Question(uint64_t from, uint64_t to) {
  const SampleLog& sample = SampleLog::Get();
  ledger::AddCheckpoint question;
  question.old_size = from;
  question.proof = ledger::ConsistencyProof(from, to, ledger::FlatNodeReader(sample.nodes)).value();
  question.checkpoint = sample.Note(to);
  return question.Format();
}

}  // namespace

void SeedLedger(const Corpora& corpora) {
  const SampleLog& sample = SampleLog::Get();
  corpora.PutBoth("leaf", "full", FullLeaf());
  corpora.PutBoth("leaf", "short", sample.leaves[7]);

  corpora.PutBoth("note", "head", sample.Note(8));
  corpora.PutBoth("note", "cosigned", sample.Note(19, true));
  corpora.Put("note", "empty-log", sample.Note(0));
  corpora.Put("note", "unknown-line", sample.Note(3) + "\u2014 others/key AAAAAAAA\n");
  corpora.PutBoth("note", "cosignature",
                  ledger::Cosign(sample.heads[8].Body(), sample.witness, sample.now).value());
  corpora.PutBoth("note", "body", sample.heads[8].Body());
  corpora.PutBoth("note", "vkey", sample.log_key.Format());
  corpora.PutBoth("note", "witness-vkey", sample.witness_key.Format());

  corpora.PutBoth("proof", "leaf-3-of-8", Proof(3, 8, false));
  corpora.PutBoth("proof", "leaf-18-of-19", Proof(18, 19, true));
  corpora.Put("proof", "leaf-0-of-1", Proof(0, 1, false));
  // Choices of merkle_fuzz.cc: two sizes, then what to do with their paths.
  corpora.Put("merkle", "honest", std::string("\0\3\0\10\0\0", 6));
  corpora.Put("merkle", "same-size", std::string("\0\10\0\10\0\0", 6));
  corpora.Put("merkle", "one-bit", std::string("\0\5\0\22\1\0\2\7\1\1\1\2\7\1", 14));
  corpora.Put("merkle", "too-long", std::string("\0\5\0\22\1\1\0\3abc\1\1\0\3abc", 17));
  corpora.Put("merkle", "from-nothing", std::string("\0\0\0\5\0\0", 6));

  corpora.PutBoth("witness", "first", Question(0, 8));
  corpora.PutBoth("witness", "next", Question(8, 19));
  corpora.Put("witness", "again", Question(8, 8));
  corpora.Put("witness", "backwards", Question(1, 1));

  ledger::Policy policy;
  (void)policy.AddLog(sample.log_key, "https://log.example/");
  (void)policy.AddWitness("cn", sample.witness_key);
  corpora.PutBoth("policy", "no-quorum", policy.Format());
  (void)policy.AddGroup({.name = "both", .threshold = 1, .members = {"cn"}});
  (void)policy.SetQuorum("both");
  corpora.PutBoth("policy", "group", policy.Format());

  const certs::BatchHead head{
      certs::SpiffeId::Parse("spiffe://langson.example/agency/board/service/feeder").value(), 6,
      certs::Sha256Of("root")};
  corpora.PutBoth("batch", "head", head.ToPayload());
  corpora.Put("batch", "honest-place", std::string("\1\3\0", 3));
  corpora.Put("batch", "other-index", std::string("\1\3\1\2\0\4", 6));
  corpora.Put("batch", "other-path", std::string("\2\5\1\1\4\0\1\3\2\2xy", 12));
}

}  // namespace gatepost::fuzz
