// Accounts: lots put in, used in order while their time lasts, frozen or lost after it.

#include <algorithm>

#include "engine/evaluate.h"
#include "engine/machine.h"
#include "engine/standing.h"

namespace counterpart::engine {

using namespace program;

std::uint32_t Machine::account_row(AccountId id, std::uint32_t thing, PartyId holder, PartyId against) {
  std::uint32_t last = none;
  for (std::uint32_t a = pos_.things[thing].first_account; a != none;
       a = std::as_const(pos_.accounts)[a].next) {
    const AccountRow& row = std::as_const(pos_.accounts)[a];
    if (row.account == id && row.holder == holder && row.against == against) return a;
    last = a;
  }
  pos_.accounts.push_back({id, thing, holder, against, none, none});
  const auto index = static_cast<std::uint32_t>(pos_.accounts.size() - 1);
  (last == none ? pos_.things[thing].first_account : pos_.accounts[last].next) = index;
  return index;
}

std::uint32_t Machine::put_in(std::uint32_t account, const Lot& lot, Book from) {
  AccountRow& row = pos_.accounts[account];
  Lot own = lot;
  own.account = account;
  own.at = now_;
  own.left = own.amount;
  own.before = row.last_lot;
  pos_.lots.push_back(own);
  const auto index = static_cast<std::uint32_t>(pos_.lots.size() - 1);
  row.last_lot = index;
  // From overpaid dues the money comes out of the due's own book, which the creditor keeps.
  post(row.holder, row.against, from, {Book::Kind::account, row.account.value}, own.amount, own.currency,
       own.cause.entry, none, index);
  const auto at_time = [&](const Value& v, bool after) {
    if (v.tag != Tag::date && v.tag != Tag::instant) return;
    const Instant at = after                ? expiry(v)
                       : v.tag == Tag::date ? p_.zone.start_of({static_cast<std::int32_t>(v.number)})
                                            : Instant{v.number};
    if (at > now_) timers_.push({at, Timer::Kind::lot, index, 0, 0});
  };
  at_time(own.from, false);
  at_time(own.until, true);
  touch(row.thing);
  return index;
}

void Machine::use_lot(std::uint32_t index, std::int64_t minor, Sequence entry, std::uint32_t due, bool lost) {
  Lot& lot = pos_.lots[index];
  lot.left -= minor;
  pos_.lot_uses.push_back({index, now_, minor, entry, due, lost, lot.last_use});
  lot.last_use = static_cast<std::uint32_t>(pos_.lot_uses.size() - 1);
  const AccountRow& row = std::as_const(pos_.accounts)[lot.account];
  if (due == none) {
    post(row.holder, row.against, {Book::Kind::account, row.account.value},
         {lost ? Book::Kind::lapsed : Book::Kind::drawn, none}, minor, lot.currency, entry, none, index);
  }
  touch(row.thing);
}

std::int64_t Machine::draw(std::uint32_t account, std::int64_t minor, std::uint16_t currency, Sequence entry,
                           std::uint32_t due) {
  const AccountRow row = std::as_const(pos_.accounts)[account];
  const bool by_end =
      row.account.given() && p_.accounts[row.account.value].order == LotOrder::first_to_expire;
  const auto end_of = [&](const Lot& lot) {
    return by_end && (lot.until.tag == Tag::date || lot.until.tag == Tag::instant) ? expiry(lot.until)
                                                                                   : Instant{INT64_MAX};
  };
  std::int64_t got = 0;
  while (got < minor) {
    // Newest first in the list, so that of equal ones the last seen is the oldest.
    std::uint32_t best = none;
    for (std::uint32_t n = row.last_lot; n != none; n = std::as_const(pos_.lots)[n].before) {
      const Lot& lot = std::as_const(pos_.lots)[n];
      if (lot.left <= 0 || lot.currency != currency || lot_state(pos_, lot, now_) != LotState::usable)
        continue;
      if (best == none || end_of(lot) <= end_of(std::as_const(pos_.lots)[best])) best = n;
    }
    if (best == none) break;
    const Lot lot = std::as_const(pos_.lots)[best];
    const std::int64_t part = std::min(minor - got, lot.left);
    const Sequence by = entry == 0 ? lot.cause.entry : entry;
    use_lot(best, part, by, due, false);
    if (due != none) settle_part(due, part, by, best, none);
    got += part;
  }
  return got;
}

void Machine::change_account(const Effect& effect, const Look& look, const Cause& cause) {
  const Account& account = p_.accounts[effect.account.value];
  const std::uint32_t thing =
      effect.thing.given() ? thing_of(evaluate(pos_, effect.thing, look)) : look.subject;
  const Value amount = evaluate(pos_, effect.value, look);
  // What is not known cannot be put in or drawn; the effect's account shows nothing of it.
  if (thing == none || amount.tag != Tag::money || amount.number <= 0) return;
  if (++chain_ > max_chain) return;
  const std::uint32_t row = account_row(effect.account, thing, account.holder, account.against);
  if (effect.kind == EffectKind::draw) {
    draw(row, amount.number, amount.detail, cause.entry, none);
  } else {
    Lot lot;
    lot.currency = amount.detail;
    lot.amount = amount.number;
    lot.from = evaluate(pos_, effect.from, look);
    lot.until = evaluate(pos_, effect.until, look);
    lot.lost_after = effect.lost_after;
    lot.cause = cause;
    put_in(row, lot, {Book::Kind::granted, none});
  }
  touched_.push_back(thing);
}

void Machine::end_lot(std::uint32_t index) {
  const Lot lot = std::as_const(pos_.lots)[index];
  if (lot.lost_after && lot.left > 0 && lot_state(pos_, lot, now_) == LotState::over)
    use_lot(index, lot.left, lot.cause.entry, none, true);
}

}  // namespace counterpart::engine
