#include "base/decimal.h"

#include <array>
#include <cassert>

namespace counterpart {

namespace {

__extension__ using Wide = __int128;

constexpr std::array<std::int64_t, 19> powers = [] {
  std::array<std::int64_t, 19> p{};
  p[0] = 1;
  for (std::size_t i = 1; i < p.size(); ++i) p[i] = p[i - 1] * 10;
  return p;
}();

Wide power(unsigned n) {
  Wide p = 1;
  while (n-- > 0) p *= 10;
  return p;
}

// Eighteen digits: what every result keeps to, so that whatever is written can be read again.
bool fits(Wide n) { return n > -Wide{powers[18]} && n < Wide{powers[18]}; }

std::unexpected<Error> overflow() {
  return fail("number-overflow",
              "the result needs more digits than are kept exactly (18, of which 12 after the point)");
}

// numerator / denominator as a whole number.
Wide rounded(Wide numerator, Wide denominator, Rounding rounding) {
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  const bool negative = numerator < 0;
  const Wide size = negative ? -numerator : numerator;
  Wide whole = size / denominator;
  const Wide rest = size % denominator;
  switch (rounding) {
    case Rounding::half_up:
      whole += 2 * rest >= denominator ? 1 : 0;
      break;
    case Rounding::half_even:
      whole += (2 * rest > denominator || (2 * rest == denominator && (whole & 1) != 0)) ? 1 : 0;
      break;
    case Rounding::down:
      break;
    case Rounding::up:
      whole += rest > 0 ? 1 : 0;
      break;
  }
  return negative ? -whole : whole;
}

// The coefficient in a scale that may be too wide for 64 bits, cut down by dropping zeros.
Result<Decimal> narrowed(Wide coefficient, unsigned scale) {
  while (scale > 0 && (scale > Decimal::max_scale || !fits(coefficient))) {
    if (coefficient % 10 != 0) return overflow();
    coefficient /= 10;
    --scale;
  }
  if (!fits(coefficient)) return overflow();
  return Decimal{static_cast<std::int64_t>(coefficient), static_cast<std::uint8_t>(scale)};
}

// Digits with groups of three before the point: true when the commas, if any, stand where they belong.
struct Digits {
  std::string whole, fraction;
  bool negative = false;
};

Result<Digits> read_digits(std::string_view text) {
  const auto malformed = [&](std::string_view why) {
    return fail("decimal-malformed", "expected a number such as 1,234.50, found \"" + std::string(text) +
                                         "\" (" + std::string(why) + ")");
  };
  Digits d;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) d.negative = text[i++] == '-';
  bool grouped = false;
  std::size_t group = 0;
  for (; i < text.size() && text[i] != '.'; ++i) {
    if (text[i] == ',') {
      if (d.whole.empty() || (grouped && group != 3) || (!grouped && d.whole.size() > 3))
        return malformed("a comma in the wrong place");
      grouped = true;
      group = 0;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return malformed("a character that is not a digit");
    d.whole += text[i];
    ++group;
  }
  if (grouped && group != 3) return malformed("a comma in the wrong place");
  if (i < text.size()) {
    ++i;
    for (; i < text.size(); ++i) {
      if (text[i] < '0' || text[i] > '9') return malformed("a character that is not a digit");
      d.fraction += text[i];
    }
    if (d.fraction.empty()) return malformed("no digits after the point");
  }
  if (d.whole.empty()) return malformed("no digits before the point");
  return d;
}

std::string with_groups(const std::string& digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

// "whole" and "fraction" of a coefficient, without sign.
std::pair<std::string, std::string> split(std::int64_t coefficient, unsigned scale) {
  const auto size = coefficient < 0 ? ~static_cast<std::uint64_t>(coefficient) + 1
                                    : static_cast<std::uint64_t>(coefficient);
  std::string digits = std::to_string(size);
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  return {digits.substr(0, digits.size() - scale), digits.substr(digits.size() - scale)};
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
  TRY_ASSIGN(Digits d, read_digits(text));
  d.whole.erase(0, d.whole.find_first_not_of('0'));
  // Zeros at the end are kept as written unless they alone are too many.
  while (!d.fraction.empty() && d.fraction.back() == '0' &&
         (d.fraction.size() > max_scale || d.whole.size() + d.fraction.size() > 18)) {
    d.fraction.pop_back();
  }
  const std::string digits = d.whole + d.fraction;
  if (digits.size() > 18 || d.fraction.size() > max_scale) {
    return fail("decimal-too-long",
                "\"" + std::string(text) +
                    "\" has more digits than can be kept exactly (18, of which 12 after the point)");
  }
  std::int64_t n = 0;
  for (const char c : digits) n = n * 10 + (c - '0');
  return Decimal{d.negative ? -n : n, static_cast<std::uint8_t>(d.fraction.size())};
}

std::string Decimal::to_string(std::uint8_t min_scale) const {
  const Decimal n = normalized();
  auto [whole, fraction] = split(n.coefficient, n.scale);
  while (fraction.size() < min_scale) fraction += '0';
  return (n.coefficient < 0 ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
}

Decimal Decimal::normalized() const {
  Decimal n = *this;
  while (n.scale > 0 && n.coefficient % 10 == 0) {
    n.coefficient /= 10;
    --n.scale;
  }
  return n;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const unsigned scale = a.scale > b.scale ? a.scale : b.scale;
  const Wide x = Wide{a.coefficient} * power(scale - a.scale);
  const Wide y = Wide{b.coefficient} * power(scale - b.scale);
  return x < y   ? std::strong_ordering::less
         : x > y ? std::strong_ordering::greater
                 : std::strong_ordering::equal;
}

bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == std::strong_ordering::equal; }

Result<Decimal> add(Decimal a, Decimal b) {
  const unsigned scale = a.scale > b.scale ? a.scale : b.scale;
  return narrowed(Wide{a.coefficient} * power(scale - a.scale) + Wide{b.coefficient} * power(scale - b.scale),
                  scale);
}

Result<Decimal> subtract(Decimal a, Decimal b) {
  const unsigned scale = a.scale > b.scale ? a.scale : b.scale;
  return narrowed(Wide{a.coefficient} * power(scale - a.scale) - Wide{b.coefficient} * power(scale - b.scale),
                  scale);
}

Result<Decimal> multiply(Decimal a, Decimal b) {
  TRY_ASSIGN(const Decimal product,
             narrowed(Wide{a.coefficient} * Wide{b.coefficient}, unsigned{a.scale} + b.scale));
  return product.normalized();
}

Result<Decimal> divide(Decimal a, Decimal b, std::uint8_t scale, Rounding rounding) {
  if (b.coefficient == 0) return fail("divide-by-zero", "a number was to be divided by zero");
  assert(scale <= Decimal::max_scale);
  // a / b in units of 10^-scale is ca * 10^(scale + sb - sa) / cb. With the powers cancelled the numerator
  // only leaves 128 bits where the quotient leaves 18 digits too.
  const unsigned up = unsigned{scale} + b.scale;
  const unsigned down = a.scale;
  Wide numerator = 0;
  if (__builtin_mul_overflow(Wide{a.coefficient}, power(up > down ? up - down : 0), &numerator))
    return overflow();
  const Wide n = rounded(numerator, Wide{b.coefficient} * power(down > up ? down - up : 0), rounding);
  if (!fits(n)) return overflow();
  return Decimal{static_cast<std::int64_t>(n), scale};
}

Result<Decimal> round_to(Decimal a, std::uint8_t scale, Rounding rounding) {
  assert(scale <= Decimal::max_scale);
  if (scale >= a.scale) {
    const Wide n = Wide{a.coefficient} * power(unsigned{scale} - a.scale);
    if (!fits(n)) return overflow();
    return Decimal{static_cast<std::int64_t>(n), scale};
  }
  const Wide n = rounded(Wide{a.coefficient}, power(unsigned{a.scale} - scale), rounding);
  return Decimal{static_cast<std::int64_t>(n), scale};
}

Result<Currency> Currency::find(std::string_view code) {
  struct Known {
    const char* code;
    std::uint8_t digits;
  };
  static constexpr std::array<Known, 22> known{
      {{"USD", 2}, {"EUR", 2}, {"GBP", 2}, {"CAD", 2}, {"JPY", 0}, {"CHF", 2}, {"MXN", 2}, {"AUD", 2},
       {"NZD", 2}, {"SEK", 2}, {"NOK", 2}, {"DKK", 2}, {"PLN", 2}, {"CZK", 2}, {"HUF", 2}, {"CNY", 2},
       {"INR", 2}, {"BRL", 2}, {"KRW", 0}, {"SGD", 2}, {"HKD", 2}, {"BHD", 3}}};
  for (const Known& k : known) {
    if (code == k.code) {
      Currency c;
      for (std::size_t i = 0; i < 3; ++i) c.code[i] = k.code[i];
      c.minor_digits = k.digits;
      return c;
    }
  }
  return fail("currency-unknown", "\"" + std::string(code) + "\" is not a currency code known here",
              "codes are three letters of ISO 4217, such as USD");
}

Result<Money> Money::parse(std::string_view text, Currency currency) {
  TRY_ASSIGN(const Decimal parsed, Decimal::parse(text));
  const Decimal d = parsed.normalized();
  if (d.scale > currency.minor_digits) {
    return fail("money-too-fine", "\"" + std::string(text) + "\" has more digits after the point than " +
                                      std::string(currency.name()) + " has");
  }
  const Wide minor = Wide{d.coefficient} * power(unsigned{currency.minor_digits} - d.scale);
  if (!fits(minor)) return overflow();
  return Money{static_cast<std::int64_t>(minor), currency};
}

std::string Money::to_string(bool with_code) const {
  const auto [whole, fraction] = split(minor, currency.minor_digits);
  std::string out = minor < 0 ? "-" : "";
  out += with_groups(whole);
  if (!fraction.empty()) out += "." + fraction;
  if (with_code) out += " " + std::string(currency.name());
  return out;
}

namespace {
std::unexpected<Error> mismatch(Money a, Money b) {
  return fail("currency-mismatch", "amounts in " + std::string(a.currency.name()) + " and " +
                                       std::string(b.currency.name()) + " cannot be put together");
}
}  // namespace

Result<Money> add(Money a, Money b) {
  if (a.currency != b.currency) return mismatch(a, b);
  const Wide n = Wide{a.minor} + b.minor;
  if (!fits(n)) return overflow();
  return Money{static_cast<std::int64_t>(n), a.currency};
}

Result<Money> subtract(Money a, Money b) {
  if (a.currency != b.currency) return mismatch(a, b);
  const Wide n = Wide{a.minor} - b.minor;
  if (!fits(n)) return overflow();
  return Money{static_cast<std::int64_t>(n), a.currency};
}

Result<std::strong_ordering> compare(Money a, Money b) {
  if (a.currency != b.currency) return mismatch(a, b);
  return a.minor <=> b.minor;
}

Result<Money> multiply(Money amount, Decimal factor, Rounding rounding) {
  assert(factor.scale <= Decimal::max_scale);
  const Wide n = rounded(Wide{amount.minor} * Wide{factor.coefficient}, powers[factor.scale], rounding);
  if (!fits(n)) return overflow();
  return Money{static_cast<std::int64_t>(n), amount.currency};
}

Result<Money> share(Money amount, std::int64_t numerator, std::int64_t denominator, Rounding rounding) {
  if (denominator == 0) return fail("divide-by-zero", "an amount was to be divided by zero");
  const Wide n = rounded(Wide{amount.minor} * Wide{numerator}, Wide{denominator}, rounding);
  if (!fits(n)) return overflow();
  return Money{static_cast<std::int64_t>(n), amount.currency};
}

}  // namespace counterpart
