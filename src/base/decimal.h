#pragma once

// Exact decimals and money. No floating point; every rounding is named by its caller.

#include "base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace counterpart {

// How a result that does not fit its unit exactly is brought to it. Half means exactly half a unit.
enum class Rounding : std::uint8_t { half_up, half_even, down, up };

// coefficient / 10^scale, e.g. {15, 1} is 1.5. Compared by value: 1.50 equals 1.5.
// At most 18 digits; scale 0 to 12.
struct Decimal {
  std::int64_t coefficient = 0;
  std::uint8_t scale = 0;

  static constexpr std::uint8_t max_scale = 12;

  // Reads "-1,234.50" or "1234.5": optional sign, digits with optional groups of three, optional fraction.
  // Errors: "decimal-malformed", "decimal-too-long".
  static Result<Decimal> parse(std::string_view text);
  // Shortest text with at least `min_scale` digits after the point; no groups.
  [[nodiscard]] std::string to_string(std::uint8_t min_scale = 0) const;
  // Without trailing zeros after the point.
  [[nodiscard]] Decimal normalized() const;

  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
  friend bool operator==(const Decimal& a, const Decimal& b);
};

// Exact or an error "number-overflow"; the scale of a product is the sum, cut to what is needed.
Result<Decimal> add(Decimal a, Decimal b);
Result<Decimal> subtract(Decimal a, Decimal b);
Result<Decimal> multiply(Decimal a, Decimal b);
// To `scale` digits after the point. Errors: "number-overflow", "divide-by-zero".
Result<Decimal> divide(Decimal a, Decimal b, std::uint8_t scale, Rounding rounding);
Result<Decimal> round_to(Decimal a, std::uint8_t scale, Rounding rounding);

// An ISO 4217 currency the product knows, with its number of minor digits.
struct Currency {
  char code[4] = {0, 0, 0, 0};
  std::uint8_t minor_digits = 2;

  [[nodiscard]] std::string_view name() const { return {code, 3}; }
  // The currency with this code. Error: "currency-unknown".
  static Result<Currency> find(std::string_view code);
  friend bool operator==(const Currency& a, const Currency& b) { return a.name() == b.name(); }
};

// An amount in whole minor units (cents) of one currency.
struct Money {
  std::int64_t minor = 0;
  Currency currency;

  static constexpr Money from_minor(std::int64_t minor, Currency currency) { return {minor, currency}; }
  // Reads "1,200.50" in `currency`; more digits than the currency has are an error "money-too-fine".
  static Result<Money> parse(std::string_view text, Currency currency);
  // "1,200.50 USD"; without the code when `with_code` is false. Groups of three, always all minor digits.
  [[nodiscard]] std::string to_string(bool with_code = true) const;
  friend bool operator==(const Money&, const Money&) = default;
};

// Errors: "currency-mismatch", "number-overflow".
Result<Money> add(Money a, Money b);
Result<Money> subtract(Money a, Money b);
// Error: "currency-mismatch".
Result<std::strong_ordering> compare(Money a, Money b);
// amount * factor, brought to minor units by `rounding`. Error: "number-overflow".
Result<Money> multiply(Money amount, Decimal factor, Rounding rounding);
// amount * numerator / denominator with 128-bit intermediates. Errors: "number-overflow", "divide-by-zero".
Result<Money> share(Money amount, std::int64_t numerator, std::int64_t denominator, Rounding rounding);

}  // namespace counterpart
