#pragma once

#include <cstdint>

namespace counterpart::program {

enum class Tag : std::uint8_t {
  absent,    // no value: an optional field not given, an event that has not happened
  unknown,   // a value there is, but nobody has said which; `why` says what it waits for
  yes_no,    // number 0 or 1
  number,    // number / 10^detail
  money,     // number in minor units of currency `detail` (index into Program::currencies)
  date,      // days since 1970-01-01
  instant,   // seconds since 1970-01-01T00:00:00Z
  duration,  // low 32 bits of number: signed count; high 32: calendar id (or none); detail: Unit
  text,      // TextId (engine: program texts first, then the fold's own)
  choice,    // TextId of the alternative
  thing,     // index of a thing in the fold
  party,     // PartyId
  office,    // OfficeId
  list,      // number: index into the fold's lists
};

enum class Unit : std::uint8_t { seconds, hours, open_hours, days, business_days, weeks, months, years };

// What is known of an amount or a date that depends on an unknown.
enum class Bound : std::uint8_t { exact, at_most, at_least };

struct Value {
  Tag tag = Tag::absent;
  Bound bound = Bound::exact;
  std::uint16_t detail = 0;
  std::uint32_t why = 0;  // set of unknowns it depends on (index kept by the fold); 0: none
  std::int64_t number = 0;

  friend constexpr bool operator==(const Value&, const Value&) = default;
};
static_assert(sizeof(Value) == 16);

constexpr Value duration_value(std::int32_t n, Unit unit, std::uint32_t calendar = 0xffffffff) {
  return {Tag::duration, Bound::exact, static_cast<std::uint16_t>(unit), 0,
          static_cast<std::int64_t>((static_cast<std::uint64_t>(calendar) << 32) |
                                    static_cast<std::uint32_t>(n))};
}
constexpr std::int32_t duration_count(const Value& v) {
  return static_cast<std::int32_t>(
      static_cast<std::uint32_t>(static_cast<std::uint64_t>(v.number) & 0xffffffffU));
}
constexpr std::uint32_t duration_calendar(const Value& v) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(v.number) >> 32);
}
constexpr Unit duration_unit(const Value& v) { return static_cast<Unit>(v.detail); }

}  // namespace counterpart::program
