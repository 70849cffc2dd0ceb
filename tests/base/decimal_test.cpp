#include "base/decimal.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <random>

namespace counterpart {
namespace {

using Big = boost::multiprecision::cpp_int;

TEST(Money, reads_and_writes_amounts_exactly) {
  const Currency usd = *Currency::find("USD");
  EXPECT_EQ(Money::parse("1,234,567.05", usd)->minor, 123456705);
  EXPECT_EQ(Money::from_minor(-123456705, usd).to_string(), "-1,234,567.05 USD");
  EXPECT_EQ(Money::parse("1.005", usd).error().code, "money-too-fine");
  EXPECT_EQ(Money::parse("12,34", usd).error().code, "decimal-malformed");
  EXPECT_EQ(Money::parse("", usd).error().code, "decimal-malformed");
}

TEST(Money, currencies_are_never_mixed) {
  const Money dollars = Money::from_minor(100, *Currency::find("USD"));
  const Money euros = Money::from_minor(100, *Currency::find("EUR"));
  EXPECT_EQ(add(dollars, euros).error().code, "currency-mismatch");
}

TEST(Rounding, does_what_its_name_says_at_exactly_half) {
  const Currency usd = *Currency::find("USD");
  const auto half = [&](std::int64_t minor, Rounding r) {
    return share(Money::from_minor(minor, usd), 1, 2, r)->minor;
  };
  EXPECT_EQ(half(5, Rounding::half_up), 3);
  EXPECT_EQ(half(5, Rounding::half_even), 2);
  EXPECT_EQ(half(7, Rounding::half_even), 4);
  EXPECT_EQ(half(5, Rounding::down), 2);
  EXPECT_EQ(half(5, Rounding::up), 3);
  EXPECT_EQ(half(-5, Rounding::half_up), -3);
}

// Against integers without a limit, over amounts and factors drawn by a fixed seed.
TEST(Money, sharing_agrees_with_an_oracle_or_says_that_it_does_not_fit) {
  std::mt19937_64 random(7);
  const Currency usd = *Currency::find("USD");
  for (int i = 0; i < 20000; ++i) {
    const auto minor = static_cast<std::int64_t>(random() >> (random() % 60));
    const auto numerator = static_cast<std::int64_t>(random() >> (random() % 60 + 1));
    const auto denominator = static_cast<std::int64_t>(random() >> (random() % 60 + 1)) + 1;
    const Big size = Big(minor) * numerator;
    Big exact = (2 * abs(size) + denominator) / (2 * Big(denominator));
    if (size < 0) exact = -exact;
    const auto found = share(Money::from_minor(minor, usd), numerator, denominator, Rounding::half_up);
    const Big limit = boost::multiprecision::pow(Big(10), 18);  // 18 digits are kept
    const bool fits = abs(exact) < limit;
    ASSERT_EQ(found.has_value(), fits) << minor << " * " << numerator << " / " << denominator;
    if (fits) ASSERT_EQ(Big(found->minor), exact);
  }
}

TEST(Decimal, compares_by_value) {
  EXPECT_EQ(*Decimal::parse("1.50"), *Decimal::parse("1.5"));
  EXPECT_LT(*Decimal::parse("-0.01"), *Decimal::parse("0"));
  EXPECT_EQ(divide({1, 0}, {3, 0}, 4, Rounding::half_up)->to_string(), "0.3333");
  EXPECT_EQ(divide({1, 0}, {0, 0}, 4, Rounding::half_up).error().code, "divide-by-zero");
}

}  // namespace
}  // namespace counterpart
