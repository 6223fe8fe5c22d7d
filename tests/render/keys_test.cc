// What programs are told of keys.
#include "client/render/keys.h"

#include <gtest/gtest.h>

#include "client/render/text.h"

namespace gatepost::render {
namespace {

v1::ListKeysResponse Keys() {
  v1::ListKeysResponse keys;
  v1::KnownKey& own = *keys.add_keys();
  own.set_subject("spiffe://langson.example/node/vn-langson");
  own.set_use(v1::KEY_USE_LOG);
  own.set_key("vn-langson/log+01020304+AAAA");
  own.set_by("ANNOUNCED");
  own.mutable_from()->set_seconds(1'798'761'600);  // 2027-01-01 00:00 UTC.
  own.add_awaited_peers("cn-ningming");
  own.add_awaited_peers("cn-pingxiang");
  v1::KnownKey& theirs = *keys.add_keys();
  theirs.set_subject("spiffe://pingxiang.example/node/cn-pingxiang");
  theirs.set_use(v1::KEY_USE_WITNESS);
  theirs.set_key("cn-pingxiang/witness+01020304+AAAA");
  theirs.set_by("AGREED");
  theirs.set_signs_now(true);
  return keys;
}

TEST(KeysCsvTest, IsTheSameInEveryLanguage) {
  const std::string expected =
      "subject,use,by,signs_now,awaited_peers,from,until,key\n"
      "spiffe://langson.example/node/vn-langson,KEY_USE_LOG,ANNOUNCED,false,"
      "cn-ningming cn-pingxiang,2027-01-01T00:00:00Z,,vn-langson/log+01020304+AAAA\n"
      "spiffe://pingxiang.example/node/cn-pingxiang,KEY_USE_WITNESS,AGREED,true,,,,"
      "cn-pingxiang/witness+01020304+AAAA\n";
  for (const char* language : {"en", "vi", "zh"}) {
    ASSERT_TRUE(UseLanguage(language, GATEPOST_CATALOGUE_DIR)) << language;
    const std::string csv = KeysCsv(Keys());
    UseLanguage("en", GATEPOST_CATALOGUE_DIR);
    EXPECT_EQ(csv, expected) << language;
  }
}

}  // namespace
}  // namespace gatepost::render
