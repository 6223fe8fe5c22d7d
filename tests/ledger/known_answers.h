#ifndef GATEPOST_TESTS_LEDGER_KNOWN_ANSWERS_H_
#define GATEPOST_TESTS_LEDGER_KNOWN_ANSWERS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "certs/digest.h"
#include "certs/ed25519.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/note.h"

// Values that others computed: the RFC 6962 test tree of eight leaves (Certificate Transparency's
// merkle_tree_test.cc), keys of RFC 8032 section 7.1, and one cosigned proof over that tree whose
// signatures stock `openssl pkeyutl` has verified.
namespace gatepost::ledger::known {

inline std::string Unhex(std::string_view hex) { return certs::HexDecode(hex).value(); }
inline Digest Hash(std::string_view hex) { return certs::DigestFromHex(hex).value(); }

struct KnownLeaf {
  const char* input_hex;
  const char* leaf_hash_hex;
};

inline constexpr KnownLeaf kLeaves[] = {
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"00", "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"},
    {"10", "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"},
    {"2021", "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7"},
    {"3031", "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"},
    {"40414243", "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658"},
    {"5051525354555657", "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"},
    {"606162636465666768696a6b6c6d6e6f",
     "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1"},
};

// The roots of the first 0, 1, ... 8 leaves.
inline constexpr const char* kRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

inline constexpr char kLogVkey[] =
    "a.example/audit+f3dd2733+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
inline constexpr char kWitnessVkey[] =
    "b.example/witness+6756ff0f+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM";

inline constexpr char kCheckpointBody[] =
    "a.example/audit\n"
    "8\n"
    "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";

inline constexpr char kLogLine[] =
    "\u2014 a.example/audit "
    "890nM0DdUcqH1XmXsgWxNRvC2sb/"
    "a9a5zy6We3hALrai0c2NVBCtt4FM5C51FUW3+oLeDTTk9ytaUVFVFxD2v09ltA4=\n";

// Made at Unix time 1700000000.
inline constexpr char kWitnessLine[] =
    "\u2014 b.example/witness "
    "Z1b/DwAAAABlU/"
    "EADy+Ol8cB0BLXgtxQpY4WyFwxZLlvmMnV5J9PXCOQXAlyKirhfz6m5e191JsZ1IpesG8Eil9IyjGHtLA2"
    "oMl/Ag==\n";

inline std::string CosignedCheckpoint() {
  return std::string(kCheckpointBody) + "\n" + kLogLine + kWitnessLine;
}

// The proof of leaf 5 under that checkpoint.
inline std::string ProofText() {
  return std::string(
             "c2sp.org/tlog-proof@v1\n"
             "index 5\n"
             "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n"
             "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=\n"
             "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=\n"
             "\n") +
         CosignedCheckpoint();
}

// RFC 8032 7.1, TEST 1 and TEST 2.
inline constexpr char kLogSeedHex[] =
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
inline constexpr char kWitnessSeedHex[] =
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";

inline Ed25519NoteSigner Signer(std::string name, uint8_t type, std::string_view seed_hex) {
  return Ed25519NoteSigner(std::move(name), type,
                           certs::Ed25519Key::FromSeed(Unhex(seed_hex)).value());
}
inline Ed25519NoteSigner LogSigner(std::string name = "a.example/audit") {
  return Signer(std::move(name), kEd25519Type, kLogSeedHex);
}
inline Ed25519NoteSigner WitnessSigner() {
  return Signer("b.example/witness", kEd25519CosignatureType, kWitnessSeedHex);
}
inline VerifierKey LogKey() { return VerifierKey::Parse(kLogVkey).value(); }
inline VerifierKey WitnessKey() { return VerifierKey::Parse(kWitnessVkey).value(); }

}  // namespace gatepost::ledger::known

#endif  // GATEPOST_TESTS_LEDGER_KNOWN_ANSWERS_H_
