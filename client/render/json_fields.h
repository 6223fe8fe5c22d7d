#ifndef GATEPOST_CLIENT_RENDER_JSON_FIELDS_H_
#define GATEPOST_CLIENT_RENDER_JSON_FIELDS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "fmt/core.h"
#include "google/protobuf/struct.pb.h"

namespace gatepost::render {

// A JSON object for answers that are not of the contract but made here. 64-bit numbers are strings,
// as in protobuf JSON; empty texts are left out.
class JsonFields {
 public:
  JsonFields& Text(const std::string& name, const std::string& value) {
    if (!value.empty()) Field(name).set_string_value(value);
    return *this;
  }
  JsonFields& Number(const std::string& name, uint64_t value) {
    Field(name).set_string_value(fmt::format("{}", value));
    return *this;
  }
  JsonFields& Flag(const std::string& name, bool value) {
    Field(name).set_bool_value(value);
    return *this;
  }
  // Each of `items` through `to_object`, which gives a google::protobuf::Struct.
  template <typename Items, typename ToObject>
  JsonFields& Objects(const std::string& name, const Items& items, const ToObject& to_object) {
    auto& list = *Field(name).mutable_list_value();
    for (const auto& item : items) *list.add_values()->mutable_struct_value() = to_object(item);
    return *this;
  }
  template <typename Items>
  JsonFields& Texts(const std::string& name, const Items& items) {
    auto& list = *Field(name).mutable_list_value();
    for (const auto& item : items) list.add_values()->set_string_value(item);
    return *this;
  }

  google::protobuf::Struct Take() { return std::move(object_); }

 private:
  google::protobuf::Value& Field(const std::string& name) {
    return (*object_.mutable_fields())[name];
  }

  google::protobuf::Struct object_;
};

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_JSON_FIELDS_H_
