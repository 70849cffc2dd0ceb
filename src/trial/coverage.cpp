#include "trial/coverage.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace counterpart::trial {

using namespace program;

namespace {

class RuleFinder {
 public:
  explicit RuleFinder(const Program& p) : p_(p) {
    for (const Act& a : p.acts) {
      add(a.provisions, a.place, "act");
      for (std::uint32_t i = a.requirements.first; i < a.requirements.first + a.requirements.count; ++i)
        add(p.requirements[i].provisions, p.requirements[i].place, "condition");
    }
    for (const Effect& e : p.effects) add(e.provisions, e.place, "effect");
    for (const Duty& d : p.duties) {
      add(d.provisions, d.place, "duty");
      add(d.otherwise_provisions, d.place, "silence");
    }
    for (const Power& x : p.powers) add(x.provisions, x.place, "power");
    for (const Prohibition& x : p.prohibitions) add(x.provisions, x.place, "prohibition");
    for (const Rule& x : p.rules) add(x.provisions, x.place, "rule");
    for (const Period& x : p.periods) add(x.provisions, x.place, "period");
    for (const Paper& x : p.papers) add(x.provisions, x.place, "paper");
    for (const Due& x : p.dues) {
      add(x.provisions, x.place, "due");
      add(x.interest_provisions, x.place, "interest");
      add(x.cap_provisions, x.place, "cap");
      for (std::uint32_t i = x.apart.first; i < x.apart.first + x.apart.count; ++i)
        add(p.apart[i].provisions, x.place, "due");
    }
    for (const Invitation& x : p.invitations) add(x.provisions, x.place, "setting");
    for (const Rank& x : p.ranks) add(x.provisions, x.place, "rank");
    add(p.precedence_provisions, 0, "precedence");
    for (const Operation& x : p.operations) add(x.provisions, x.place, "operation");
    for (const Account& x : p.accounts) add(x.provisions, x.place, "account");
    for (const Claim& x : p.claims) add(x.provisions, x.place, "claim");
    for (const Term& x : p.terms) add(x.provisions, x.place, "term");
    for (const Reading& x : p.readings) add(x.provisions, x.place, "reading");
    for (const Unknown& x : p.unknowns) add(x.provisions, x.place, "unknown");
    for (const ReceiptRow& x : p.receipt_rows) add(x.provisions, 0, "receipt");
    for (const ReceiptRule& x : p.receipts) add(x.provisions, 0, "receipt");
    for (const Kind& x : p.kinds) add(x.provisions, x.place, "document");
  }
  std::vector<std::string> rules_of(std::uint32_t provision) { return found_[provision]; }

 private:
  void add(Range cited, std::uint32_t place, std::string_view what) {
    for (std::uint32_t i = cited.first; i < cited.first + cited.count; ++i) {
      const Place& at = p_.places[place];
      std::string text(what);
      if (at.line != 0) text = fmt::format("{}:{} {}", p_.files[at.file], at.line, what);
      auto& rules = found_[p_.cited[i].value];
      if (std::find(rules.begin(), rules.end(), text) == rules.end()) rules.push_back(std::move(text));
    }
  }
  const Program& p_;
  std::map<std::uint32_t, std::vector<std::string>> found_;
};

}  // namespace

Coverage coverage(const Program& p, const std::vector<ScenarioResult>& results) {
  std::map<std::string, std::vector<std::string>> tested;
  for (const ScenarioResult& r : results) {
    if (!r.passed()) continue;
    for (const std::string& id : r.provisions) tested[id].push_back(r.title);
  }
  RuleFinder rules(p);
  Coverage out;
  for (std::uint32_t i = 0; i < p.provisions.size(); ++i) {
    const Provision& provision = p.provisions[i];
    CoverageRow row;
    row.provision = p.text(provision.id);
    if (provision.section.given()) row.section = p.text(p.sections[provision.section.value].number);
    row.disposition = provision.disposition;
    row.note = p.text(provision.note);
    row.rules = rules.rules_of(i);
    row.scenarios = tested[row.provision];
    switch (row.disposition) {
      case Disposition::executed:
        ++out.executed;
        out.tested += row.scenarios.empty() ? 0 : 1;
        break;
      case Disposition::stated:
        ++out.stated;
        break;
      case Disposition::unknown:
        ++out.unknown;
        break;
      case Disposition::deferred:
        ++out.deferred;
        break;
      case Disposition::unaccounted:
        ++out.unaccounted;
        break;
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

namespace {
Datum texts(const std::vector<std::string>& items) {
  Datum list = Datum::list();
  for (const std::string& s : items) list.items.push_back(Datum::of_text(s));
  return list;
}
}  // namespace

std::string_view name_of(Disposition d) {
  switch (d) {
    case Disposition::unaccounted:
      return "unaccounted";
    case Disposition::executed:
      return "executed";
    case Disposition::stated:
      return "stated";
    case Disposition::unknown:
      return "unknown";
    case Disposition::deferred:
      return "deferred";
  }
  return "";
}

Datum to_datum(const Coverage& c) {
  Datum summary = Datum::record();
  summary.set("provisions", Datum::of_number(static_cast<std::int64_t>(c.rows.size())));
  summary.set("executed", Datum::of_number(std::int64_t{c.executed}));
  summary.set("tested", Datum::of_number(std::int64_t{c.tested}));
  summary.set("stated", Datum::of_number(std::int64_t{c.stated}));
  summary.set("unknown", Datum::of_number(std::int64_t{c.unknown}));
  summary.set("deferred", Datum::of_number(std::int64_t{c.deferred}));
  summary.set("unaccounted", Datum::of_number(std::int64_t{c.unaccounted}));
  Datum rows = Datum::list();
  for (const CoverageRow& r : c.rows) {
    Datum row = Datum::record();
    row.set("id", Datum::of_text(r.provision));
    row.set("section", Datum::of_text(r.section));
    row.set("disposition", Datum::of_text(std::string(name_of(r.disposition))));
    row.set("note", Datum::of_text(r.note));
    row.set("rules", texts(r.rules));
    row.set("scenarios", texts(r.scenarios));
    rows.items.push_back(std::move(row));
  }
  Datum out = Datum::record();
  out.set("summary", std::move(summary));
  out.set("provisions", std::move(rows));
  return out;
}

}  // namespace counterpart::trial
