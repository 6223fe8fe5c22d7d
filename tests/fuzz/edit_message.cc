#include "tests/fuzz/edit_message.h"

#include <cstdint>
#include <limits>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"

namespace gatepost::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A number that is likely to mean something: small, at an end, or any.
uint64_t InterestingNumber(Chooser& choose) {
  switch (choose.Below(6)) {
    case 0:
      return choose.Byte();
    case 1:
      return std::numeric_limits<uint64_t>::max() - choose.Byte();
    case 2:
      return uint64_t{1} << 63;
    case 3:
      return std::numeric_limits<int64_t>::max();
    case 4:
      return (uint64_t{1} << 32) - choose.Byte();
    default:
      return choose.Number();
  }
}

// One value as it is to be in a singular field, or as element `index` of a repeated one.
void SetValue(Message& message, const FieldDescriptor* field, int index, Chooser& choose) {
  const Reflection& set = *message.GetReflection();
  const auto put = [&](auto singular, auto repeated, auto value) {
    if (field->is_repeated()) {
      (set.*repeated)(&message, field, index, value);
    } else {
      (set.*singular)(&message, field, value);
    }
  };
  using R = Reflection;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return put(&R::SetBool, &R::SetRepeatedBool, choose.Byte() % 2 == 1);
    case FieldDescriptor::CPPTYPE_INT32:
      return put(&R::SetInt32, &R::SetRepeatedInt32,
                 static_cast<int32_t>(InterestingNumber(choose)));
    case FieldDescriptor::CPPTYPE_INT64:
      return put(&R::SetInt64, &R::SetRepeatedInt64,
                 static_cast<int64_t>(InterestingNumber(choose)));
    case FieldDescriptor::CPPTYPE_UINT32:
      return put(&R::SetUInt32, &R::SetRepeatedUInt32,
                 static_cast<uint32_t>(InterestingNumber(choose)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return put(&R::SetUInt64, &R::SetRepeatedUInt64, InterestingNumber(choose));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return put(&R::SetFloat, &R::SetRepeatedFloat, static_cast<float>(InterestingNumber(choose)));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return put(&R::SetDouble, &R::SetRepeatedDouble,
                 static_cast<double>(InterestingNumber(choose)));
    case FieldDescriptor::CPPTYPE_ENUM:
      return put(&R::SetEnumValue, &R::SetRepeatedEnumValue, static_cast<int>(choose.Byte()) - 1);
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string old = field->is_repeated() ? set.GetRepeatedString(message, field, index)
                                                   : set.GetString(message, field);
      std::string fresh = choose.Byte() % 4 == 0 ? std::string(choose.Text()) : Edited(old, choose);
      if (field->is_repeated()) {
        set.SetRepeatedString(&message, field, index, std::move(fresh));
      } else {
        set.SetString(&message, field, std::move(fresh));
      }
      return;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return EditMessage(field->is_repeated() ? *set.MutableRepeatedMessage(&message, field, index)
                                              : *set.MutableMessage(&message, field),
                         choose);
  }
}

void AddElement(Message& message, const FieldDescriptor* field, Chooser& choose) {
  const Reflection& set = *message.GetReflection();
  const int size = set.FieldSize(message, field);
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      Message* added = set.AddMessage(&message, field);
      if (size > 0) added->CopyFrom(set.GetRepeatedMessage(message, field, choose.Below(size)));
      return;
    }
    case FieldDescriptor::CPPTYPE_STRING:
      return set.AddString(&message, field,
                           size > 0 && choose.Byte() % 2 == 0
                               ? set.GetRepeatedString(message, field, choose.Below(size))
                               : std::string(choose.Text()));
    case FieldDescriptor::CPPTYPE_ENUM:
      return set.AddEnumValue(&message, field, choose.Byte());
    case FieldDescriptor::CPPTYPE_UINT32:
      return set.AddUInt32(&message, field, static_cast<uint32_t>(InterestingNumber(choose)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return set.AddUInt64(&message, field, InterestingNumber(choose));
    case FieldDescriptor::CPPTYPE_INT32:
      return set.AddInt32(&message, field, static_cast<int32_t>(InterestingNumber(choose)));
    case FieldDescriptor::CPPTYPE_INT64:
      return set.AddInt64(&message, field, static_cast<int64_t>(InterestingNumber(choose)));
    default:
      return;  // No message of ours repeats the other kinds.
  }
}

void EditRepeated(Message& message, const FieldDescriptor* field, Chooser& choose) {
  const Reflection& set = *message.GetReflection();
  const int size = set.FieldSize(message, field);
  const int index = static_cast<int>(choose.Below(size));
  switch (choose.Below(6)) {
    case 0:
      return set.ClearField(&message, field);
    case 1:
      return AddElement(message, field, choose);
    case 2:
      if (size > 0) set.RemoveLast(&message, field);
      return;
    case 3:
      if (size > 1) set.SwapElements(&message, field, index, size - 1);
      return;
    default:
      if (size == 0) AddElement(message, field, choose);
      return SetValue(message, field, index, choose);
  }
}

}  // namespace

void EditMessage(Message& message, Chooser& choose) {
  const google::protobuf::Descriptor* type = message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  const size_t chosen = choose.Below(type->field_count() + 1);
  if (chosen == static_cast<size_t>(type->field_count())) {
    reflection.MutableUnknownFields(&message)->AddVarint(1000 + choose.Byte(), choose.Byte());
    return;
  }
  const FieldDescriptor* field = type->field(static_cast<int>(chosen));
  if (field->is_repeated()) return EditRepeated(message, field, choose);
  if (choose.Below(8) == 7) return reflection.ClearField(&message, field);
  SetValue(message, field, -1, choose);
}

}  // namespace gatepost::fuzz
