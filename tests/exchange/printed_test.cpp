#include "exchange/printed.h"

#include <gtest/gtest.h>

namespace counterpart::exchange {
namespace {

Datum sample() {
  return *read_json(
      R"x({"name": "slip", "title": "Slip <of> goods", "of": "List/L-1", "agreement": "Hire & sale",
    "as_of": "2025-03-04T23:59:59+00:00", "provisions": ["9.1-a"],
    "lines": [{"label": "Wanted on", "text": "2025-03-07"},
              {"label": "Rate", "text": "unknown", "unknown": ["tariff"]}],
    "tables": [{"title": "Items", "columns": ["item", "What", "Price"],
      "rows": [{"document": "Item/L-1/1", "cells": [{"text": "=cmd()"}, {"text": "-270.00 EUR"}]},
               {"document": "Item/L-1/2", "in_doubt": true,
                "cells": [{"text": "stand, \"tall\""}, {"text": "50.00 EUR"}]}],
      "totals": [null, "-220.00 EUR"]}]})x");
}

TEST(Printed, a_page_escapes_what_people_wrote_and_says_what_is_not_known) {
  const std::string page = paper_as_html(sample());
  EXPECT_NE(page.find("<title>Slip &lt;of&gt; goods</title>"), std::string::npos);
  EXPECT_NE(page.find("Hire &amp; sale"), std::string::npos);
  EXPECT_EQ(page.find("<of>"), std::string::npos);
  EXPECT_NE(page.find("unknown (waits for tariff)"), std::string::npos);
  EXPECT_NE(page.find("<td class=\"amount\">-270.00 EUR</td>"), std::string::npos);
  EXPECT_NE(page.find("not known whether it belongs here"), std::string::npos);
  EXPECT_NE(page.find("<td class=\"amount\">-220.00 EUR</td>"), std::string::npos);
  EXPECT_NE(page.find("Under 9.1-a."), std::string::npos);
}

TEST(Printed, a_page_is_headed_and_dated_in_words_and_shows_what_is_left_blank) {
  const Datum order =
      *read_json(R"({"name": "o", "title": "Order", "agreement": "A", "as_of": "2025-03-04T23:59:59+00:00",
    "provisions": [], "lines": [{"label": "Release", "text": ""}],
    "tables": [{"title": "Goods", "columns": ["OrderLine", "Wanted on"],
      "rows": [{"document": "OrderLine/O-1/1", "cells": [{"text": "2025-03-07"}]}]}]})");
  const std::string page = paper_as_html(order);
  EXPECT_NE(page.find("As of 2025-03-04 23:59 +00:00."), std::string::npos);
  EXPECT_NE(page.find(">Order line</th>"), std::string::npos);
  EXPECT_NE(page.find("<td class=\"date\">2025-03-07</td>"), std::string::npos);
  EXPECT_NE(page.find("<dd class=\"none\">–</dd>"), std::string::npos);
}

TEST(Printed, a_spreadsheet_meets_no_formula_and_an_amount_below_zero_stays_one) {
  EXPECT_EQ(paper_as_csv(sample()),
            "Wanted on,2025-03-07\r\n"
            "Rate,unknown (waits for tariff)\r\n"
            "\r\n"
            "item,What,Price\r\n"
            "L-1/1,'=cmd(),-270.00 EUR\r\n"
            "L-1/2,\"stand, \"\"tall\"\"\",50.00 EUR\r\n");
}

TEST(Printed, a_table_with_no_rows_says_so) {
  const Datum empty =
      *read_json(R"({"name": "r", "title": "Register", "agreement": "A", "as_of": "2025-03-04",
    "provisions": [], "lines": [], "tables": [{"title": "Open", "columns": ["list"], "rows": []}]})");
  EXPECT_NE(paper_as_html(empty).find("<p class=\"none\">None.</p>"), std::string::npos);
}

}  // namespace
}  // namespace counterpart::exchange
