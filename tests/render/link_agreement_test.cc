// What an agreement's signer is shown: nothing that he signs is left out.
#include "client/render/link_agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fmt/format.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace gatepost::render {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::testing::HasSubstr;

// Fills every field, each with a value of its own; what texts must show of them.
void Fill(Message& message, int& next, std::vector<std::string>& wanted) {
  const auto& reflection = *message.GetReflection();
  for (int at = 0; at < message.GetDescriptor()->field_count(); ++at) {
    const FieldDescriptor* field = message.GetDescriptor()->field(at);
    const int value = next++;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        // Names of posts are shown by their last part.
        const std::string text = field->name() == "authorities"
                                     ? fmt::format("spiffe://d.example/agency/a/officer/v{}", value)
                                     : fmt::format("v{}", value);
        if (field->is_repeated()) {
          reflection.AddString(&message, field, text);
        } else {
          reflection.SetString(&message, field, text);
        }
        wanted.push_back(fmt::format("v{}", value));
        break;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (field->is_repeated()) {
          Fill(*reflection.AddMessage(&message, field), next, wanted);
        } else {
          Fill(*reflection.MutableMessage(&message, field), next, wanted);
        }
        break;
      case FieldDescriptor::CPPTYPE_INT32: {
        const bool is_year = field->name() == "year";
        const int number = is_year ? 2000 + value : 1 + value % 12;
        reflection.SetInt32(&message, field, number);
        wanted.push_back(fmt::format("{:02}", number));
        break;
      }
      case FieldDescriptor::CPPTYPE_UINT32:
        reflection.SetUInt32(&message, field, static_cast<uint32_t>(value));
        wanted.push_back(fmt::format("{} x ", value));
        break;
      default:
        FAIL() << field->full_name();
    }
  }
}

TEST(LinkAgreementText, LeavesNothingOutThatIsSigned) {
  config::v1::LinkAgreement agreement;
  std::vector<std::string> wanted;
  int next = 100;
  Fill(agreement, next, wanted);
  ASSERT_GT(wanted.size(), 30u);
  const std::string text = LinkAgreementText(agreement, "agreement.textproto", "0123abcd");
  for (const std::string& value : wanted) EXPECT_THAT(text, HasSubstr(value));
  EXPECT_THAT(text, HasSubstr("0123abcd"));
}

}  // namespace
}  // namespace gatepost::render
