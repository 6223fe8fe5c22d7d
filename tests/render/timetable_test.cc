// Timetables: a person sees everything that he signs.

#include "client/render/timetable.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace gatepost::render {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using ::testing::HasSubstr;

// Every field of a rule, each with a value of its own.
constexpr char kFull[] = R"(
  zone: "Asia/Ho_Chi_Minh"
  rules {
    gate_ids: "LS-HN-1116"
    named_as { within: "LS-ALL" type_vn: "international" except_gate_ids: "LS-CM" }
    traffic: TRAFFIC_GOODS direction: DIRECTION_VN_TO_CN vehicle_country: "VN" load: LOAD_LOADED
    cargo_classes: "fruit"
    days {
      first { year: 2027 month: 2 day: 5 } last { year: 2027 month: 2 day: 9 }
      end: END_KIND_STATED begins { hour: 6 minute: 10 } ends { hour: 20 minute: 20 }
      weekdays: WEEKDAY_FRIDAY
      holidays {
        calendar: HOLIDAY_CALENDAR_CHOICE_CN effect: HOLIDAY_EFFECT_EXCLUDED
        make_up_days_are_weekdays: true
      }
      begin_precision: PRECISION_HOUR end_precision: PRECISION_DAY
    }
    regime: REGIME_SHORTENED hours: HOURS_KIND_WINDOWS duration_minutes: 95
    windows {
      opens { hour: 7 minute: 5 } closes { hour: 17 minute: 45 }
      last_entries {
        time { hour: 16 minute: 35 } direction: DIRECTION_CN_TO_VN vehicle_country: "CN"
      }
      also_printed {
        zone: "Asia/Shanghai" opens { hour: 8 minute: 5 } closes { hour: 18 minute: 45 }
      }
    }
    said_as {
      kind: CHANGE_KIND_MOVE_CLOSING
      windows {
        opens { hour: 9 minute: 1 } closes { hour: 10 minute: 2 }
        last_entries {
          time { hour: 9 minute: 44 } direction: DIRECTION_VN_TO_CN vehicle_country: "CN"
        }
        also_printed {
          zone: "Asia/Shanghai" opens { hour: 10 minute: 1 } closes { hour: 11 minute: 2 }
        }
      }
      moved_by_minutes: -15 moved_to { hour: 19 minute: 3 }
      inherited {
        opens { hour: 7 minute: 7 } closes { hour: 17 minute: 17 }
        last_entries {
          time { hour: 16 minute: 16 } direction: DIRECTION_VN_TO_CN vehicle_country: "CN"
        }
        also_printed {
          zone: "Asia/Shanghai" opens { hour: 8 minute: 7 } closes { hour: 18 minute: 17 }
        }
      }
      inherited_from { author: "spiffe://x" message_id: "0194e1a2" pae_sha256: "digest" }
    }
    reason: CHANGE_REASON_EPIDEMIC
    conditions {
      handover: HANDOVER_METHOD_TRACTOR_SWAP
      dwell_limits { hours: 24 two_way: true }
      holding_yard_id: "LS-YARD-1" holding_fee: FEE_FREE
      one_owner_per_vehicle: true one_product_per_vehicle: true load_back_allowed: true
      admitted_cargo_classes: "seafood" admitted_hs_codes: "080720"
      diversions { cargo_classes: "durian" gate_ids: "LS-CM-2" }
    }
  })";

v1::Timetable Full() {
  v1::Timetable timetable;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kFull, &timetable));
  return timetable;
}

std::string Shown(const v1::Timetable& timetable) { return TimetableText(timetable, View()); }

// Clears each field of `message`, deep ones first, and notes those whose loss nobody would see.
void FindUnseen(const v1::Timetable& whole, const std::string& text, Message& message,
                const std::string& path, std::vector<std::string>& unseen) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string name = path + "." + std::string(field->name());
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Message& inner = field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, 0)
                                            : *reflection.MutableMessage(&message, field);
      FindUnseen(whole, text, inner, name, unseen);
    }
    std::unique_ptr<Message> kept(message.New());
    kept->CopyFrom(message);
    reflection.ClearField(&message, field);
    if (Shown(whole) == text) unseen.push_back(name);
    message.CopyFrom(*kept);
  }
}

// Fields of the contract that `message`, or a message in it, does not have set.
void FindUnset(const Message& message, const std::string& path, std::vector<std::string>& unset) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const std::string name = path + "." + std::string(field->name());
    const bool set = field->is_repeated() ? reflection.FieldSize(message, field) > 0
                                          : reflection.HasField(message, field);
    if (!set) {
      unset.push_back(name);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      FindUnset(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, 0)
                                     : reflection.GetMessage(message, field),
                name, unset);
    }
  }
}

// A new field of the contract must be added above, and then be shown.
TEST(TimetableTextTest, TheRuleOfTheseTestsHasEveryField) {
  std::vector<std::string> unset;
  FindUnset(Full(), "timetable", unset);
  EXPECT_THAT(unset, ::testing::IsEmpty());
}

TEST(TimetableTextTest, NothingThatARuleSaysIsLeftOut) {
  v1::Timetable timetable = Full();
  const std::string text = Shown(timetable);
  std::vector<std::string> unseen;
  FindUnseen(timetable, text, timetable, "timetable", unseen);
  // A message that hours are inherited from is named by its id; the rest only proves which it is.
  EXPECT_THAT(unseen, ::testing::ElementsAre("timetable.rules.said_as.inherited_from.author",
                                             "timetable.rules.said_as.inherited_from.pae_sha256"));
}

// Sets each enum field of `message` to each value of the contract, deep ones too, and notes those
// that are shown as a number.
void FindWordless(const v1::Timetable& whole, Message& message, std::vector<std::string>& found) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      FindWordless(whole,
                   field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, 0)
                                        : *reflection.MutableMessage(&message, field),
                   found);
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM || field->is_repeated()) continue;
    const int kept = reflection.GetEnumValue(message, field);
    for (int i = 0; i < field->enum_type()->value_count(); ++i) {
      const auto* value = field->enum_type()->value(i);
      if (value->number() == 0) continue;
      reflection.SetEnumValue(&message, field, value->number());
      if (Shown(whole).find('?') != std::string::npos) found.push_back(std::string(value->name()));
    }
    reflection.SetEnumValue(&message, field, kept);
  }
}

TEST(TimetableTextTest, EveryValueOfTheContractHasItsWords) {
  v1::Timetable timetable = Full();
  std::vector<std::string> wordless;
  FindWordless(timetable, timetable, wordless);
  EXPECT_THAT(wordless, ::testing::IsEmpty());
}

TEST(TimetableTextTest, TimesAreInBothZones) {
  const std::string text = Shown(Full());
  EXPECT_THAT(text, HasSubstr("2027-02-05 06:10 H (07:10 B) to 2027-02-09 20:20 H (21:20 B)"));
  EXPECT_THAT(text, HasSubstr("07:05 H (08:05 B) to 17:45 H (18:45 B)"));
  EXPECT_THAT(text, HasSubstr("last entry 16:35 H (17:35 B)"));
  EXPECT_THAT(text, HasSubstr("15 min earlier"));
  EXPECT_THAT(text, HasSubstr("not on holidays of China"));
}

TEST(TimetableTextTest, AnUnknownZoneStopsNothing) {
  v1::Timetable timetable = Full();
  timetable.set_zone("Nowhere/At_All");
  EXPECT_THAT(Shown(timetable), HasSubstr("LS-HN-1116"));
}

}  // namespace
}  // namespace gatepost::render
