#ifndef GATEPOST_TESTS_DOMAIN_SUM_CASE_H_
#define GATEPOST_TESTS_DOMAIN_SUM_CASE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/domain/report_parts.h"

// Tables of reports and what their sums must say.
namespace gatepost::testing {

struct SumCase {
  std::string name;
  std::vector<v1::Figure> figures;
  std::vector<std::string> errors;              // Each `subject: text`, in order.
  std::vector<std::string> not_checkable = {};  // The same.
};

// Checks each report by itself, without history; and that nothing else is said of it.
inline void ExpectSums(const std::vector<SumCase>& cases) {
  for (const SumCase& one : cases) {
    SCOPED_TRACE(one.name);
    std::vector<v1::Finding> findings =
        domain::CheckSums(ReportOf(one.figures), TestRegister(), domain::NoHistory());
    EXPECT_EQ(Shown(findings, v1::SEVERITY_ERROR), one.errors);
    EXPECT_EQ(Shown(findings, v1::SEVERITY_NOT_CHECKABLE), one.not_checkable);
    EXPECT_EQ(Shown(findings, v1::SEVERITY_WARNING), std::vector<std::string>());
  }
}

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_DOMAIN_SUM_CASE_H_
