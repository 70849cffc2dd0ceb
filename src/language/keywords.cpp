#include "language/keywords.h"

#include <algorithm>
#include <array>
#include <set>

namespace counterpart::language {

namespace {

constexpr std::array agreement_clauses{
    Form{"zone ZONE", "the time zone its days are counted in: America/Chicago"},
    Form{"currency CODE", "its currencies; the first is its own"},
    Form{"rounding half_up", "how amounts are rounded: `half_up`, `half_even`, `down`, `up`"},
    Form{"stages STAGE, STAGE", "what can become of the agreement itself, the first from its effective date"},
    Form{"business days are CALENDAR", "what `business days` means where no calendar is named"},
};
constexpr std::array use_clauses{
    Form{"WORD VALUE", "what a word of the module is replaced by"},
};
constexpr std::array parameter_clauses{
    Form{"WORD party",
         "also `kind`, `verb`, `duration`, `number`, `money`, `date`, `text`, `condition`, `word`"},
    Form{"WORD provisions", "numbers that the module's rules cite as [WORD]"},
    Form{"WORD duration = VALUE, example VALUE", "with a default, and what it is tested with"},
};
constexpr std::array calendar_clauses{
    Form{"weekend DAY, DAY", "the days of the week that are closed"},
    Form{"years YEAR to YEAR", "the years it covers"},
    Form{"holiday DATE TEXT", "a closed day"},
    Form{"half_day DATE TIME TEXT", "a day that closes early"},
    Form{"cut_off TIME", "when a day's business ends"},
};
constexpr std::array reading_clauses{
    Form{"default NAME, since TEXT", "the best reading of the words, and why"},
    Form{"or NAME", "another way to read them"},
};
constexpr std::array document_clauses{
    Form{"stages STAGE, STAGE", "what can become of it, the first when it is made"},
    Form{"FIELD TYPE", "something the document says"},
    Form{"FIELD TYPE, optional", "something it may say; also `, sensitive` and `, label TEXT`"},
    Form{"FIELD = VALUE", "something worked out from the rest"},
};
constexpr std::array act_clauses{
    Form{"with FIELD TYPE", "what the act brings besides"},
    Form{"received as RULE", "by which rule it is received"},
    Form{"takes effect on receipt", "it works when received, not when sent"},
    Form{"takes effect at TIME",
         "it works then: `5 business days after receipt`; `receipt`, `sending` are its own"},
    Form{"void unless CONDITION",
         "otherwise the act is void; `, because TEXT`, `, if unknown holds`, `fails` or `waits`"},
    Form{"breach unless CONDITION", "otherwise the act works and is a breach"},
    Form{"noted unless CONDITION", "otherwise the act works and this is noted"},
    Form{"puts AMOUNT into ACCOUNT, usable from TIME until TIME, then lost",
         "a lot of an account; `then frozen` reads as if left out"},
    Form{"draws AMOUNT from ACCOUNT", "what goes out of an account"},
    Form{"sets FIELD to VALUE", "what it changes; `set` reads the same"},
    Form{"adds TEXT to FIELD", "what comes into a list of texts; `add` reads the same"},
    Form{"removes TEXT from FIELD", "what goes out of it; `remove` reads the same"},
    Form{"it becomes STAGE", "what becomes of the document"},
    Form{"waives [PROVISION] or [PROVISION] of KIND",
         "the oldest breach of it, or else the oldest open duty, is waived"},
    Form{"makes KIND with FIELD VALUE, FIELD VALUE", "a new document; `make` reads the same"},
};
constexpr std::array receipt_clauses{
    Form{"CHANNEL at once", "received when sent"},
    Form{"CHANNEL after DURATION", "received so much later"},
    Form{"CHANNEL on evidence", "received when shown to be; `any other way on evidence`"},
    Form{"CHANNEL at once, needs WORD the same day", "received as said once evidence of that name is shown"},
    Form{"addressed to OFFICE of PARTY", "who must be named on it"},
    Form{"any way at once", "whatever the way"},
};
constexpr std::array claim_clauses{
    Form{"presumed no", "what counts until somebody asserts it: yes or no"},
};
constexpr std::array duty_clauses{
    Form{"from receipt of VERB", "it opens when that act is received"},
    Form{"from VERB", "it opens when that act takes effect, or a stage is entered, or a time comes"},
    Form{"from the start", "it opens when the agreement takes effect"},
    Form{"every DURATION from TIME until TIME", "it opens again and again"},
    Form{"within DURATION", "how long it may take; `of TIME` counts from elsewhere"},
    Form{"by TIME", "until when"},
    Form{"promptly", "an open standard: counted and shown, never missed by itself"},
    Form{"best efforts", "an open standard"},
    Form{"at once", "an open standard"},
    Form{"reasonable time", "an open standard"},
    Form{"no deadline", "the text sets none"},
    Form{"watch DURATION", "a date to look at it, where the text sets none; of no effect"},
    Form{"failing when CONDITION", "what shows that all before `failing that` has failed"},
    Form{"while CONDITION", "it is cancelled when this ceases to hold"},
    Form{"unless CONDITION", "it does not open when this holds"},
    Form{"otherwise KIND becomes STAGE", "what the deadline itself does, instead of a breach"},
    Form{"otherwise makes KIND with FIELD VALUE", "a new document comes of it"},
    Form{"otherwise nothing", "missing it has no consequence"},
    Form{"otherwise breach", "missing it is a breach, besides what else is said"},
};
constexpr std::array excuse_clauses{
    Form{"while CONDITION", "how long it lasts"},
    Form{"except [PROVISION]", "duties it does not reach"},
    Form{"then moved by the days lost", "the deadline afterwards; also `the business days lost`"},
    Form{"then due at once", "the day the excuse ends, unless it is later already"},
    Form{"then within DURATION", "so long after the end of the excuse, unless it is later already"},
};
constexpr std::array power_clauses{
    Form{"while CONDITION", "only when this holds"},
    Form{"from TIME", "not before"},
    Form{"until TIME", "not after"},
    Form{"at any time", "where the text sets no limit"},
};
constexpr std::array prohibition_clauses{
    Form{"unless CONDITION", "allowed when this holds"},
    Form{"while CONDITION", "only when this holds"},
};
constexpr std::array rule_clauses{
    Form{"while CONDITION", "only when this holds"},
    Form{"it becomes STAGE", "what becomes of the document"},
    Form{"makes KIND with FIELD VALUE, FIELD VALUE", "a new document; `make` reads the same"},
    Form{"puts AMOUNT into ACCOUNT, usable from TIME until TIME, then lost",
         "a lot of an account; `then frozen` reads as if left out"},
    Form{"draws AMOUNT from ACCOUNT", "what goes out of an account"},
    Form{"sets FIELD to VALUE", "what it changes; `set` reads the same"},
    Form{"adds TEXT to FIELD", "what comes into a list of texts; `add` reads the same"},
    Form{"removes TEXT from FIELD", "what goes out of it; `remove` reads the same"},
};
constexpr std::array period_clauses{
    Form{"from TIME", "its first day or moment"},
    Form{"until TIME", "its last"},
    Form{"while CONDITION", "only when this holds"},
};
constexpr std::array paper_clauses{
    Form{"line LABEL VALUE", "one line of it"},
    Form{"table TITLE of KIND that is STAGE where CONDITION", "a row for each such document; also `of LIST`"},
    Form{"column LABEL VALUE, in total", "of the table before: what each row says; added up below"},
};
constexpr std::array term_clauses{
    Form{"may be set by KIND, KIND", "texts that may set it for their own matters"},
    Form{"may be set by KIND, at most VALUE", "within a limit; also `at least VALUE`"},
    Form{"may be set by KIND, longer only", "also `shorter only`, `later only`, `earlier only`, `stricter`"},
};
constexpr std::array precedence_clauses{
    Form{"Agreement", "the rank of the agreement itself"},
    Form{"KIND, KIND that is STAGE", "texts of one rank, the highest first"},
    Form{"KIND if CONDITION", "a rank in some case only"},
    Form{"equals conflict: latest",
         "what holds between texts of one rank; also `unknown`, `the one KIND names`"},
};
constexpr std::array operation_clauses{
    Form{"while CONDITION", "only when this holds of the Agreement"},
    Form{"from TIME", "not before"},
    Form{"until TIME", "not after"},
};
constexpr std::array account_clauses{
    Form{"used oldest first", "the lot put in first is used first; so it is where nothing is said"},
    Form{"used first to expire", "the lot that can be used least long is used first"},
};
constexpr std::array due_clauses{
    Form{"amount AMOUNT", "what is owed"},
    Form{"disputed AMOUNT", "what of it is contested, shown apart"},
    Form{"from STAGE", "what makes it owed: an act, `receipt of` one, a stage or a time"},
    Form{"every DURATION from TIME until TIME", "it is owed again and again"},
    Form{"within DURATION", "how long payment may take"},
    Form{"by TIME", "until when"},
    Form{"while CONDITION", "only when this holds"},
    Form{"settled by VERB or VERB", "the act that pays it"},
    Form{"settled by VERB from ACCOUNT",
         "the act settles it out of an account; `against DUE`: against another due"},
    Form{"in total at most AMOUNT for each FIELD, together as NAME, unless CONDITION",
         "all dues of the rule together are no more"},
    Form{"of which NAME AMOUNT", "a part of it that is shown apart: tax, freight"},
    Form{"interest RATE a month, rounded half_up",
         "also `a day`, `a year of 365 days`; `, compounded monthly` or `daily`"},
};

constexpr std::array declarations{
    DeclarationWord{"agreement", "agreement TEXT name NAME effective DATE",
                    "the agreement itself, once in a pack", false, agreement_clauses},
    DeclarationWord{"use", "use MODULE with WORD VALUE, WORD VALUE, as PREFIX",
                    "takes in a file of agreements/library", false, use_clauses},
    DeclarationWord{"parameters", "parameters", "of a module: the words that a use replaces", false,
                    parameter_clauses},
    DeclarationWord{"party", "party NAME TEXT", "somebody bound by it", false, {}},
    DeclarationWord{"outside",
                    "outside party NAME TEXT",
                    "somebody who acts and is no party to the agreement: a court, a regulator",
                    false,
                    {}},
    DeclarationWord{"office",
                    "office of PARTY: OFFICE < OFFICE",
                    "who may sign, from the lowest rank to the highest",
                    false,
                    {}},
    DeclarationWord{"calendar", "calendar NAME", "days on which no business is done", false,
                    calendar_clauses},
    DeclarationWord{
        "unknown", "unknown NAME TYPE TEXT", "what the text withholds or leaves elsewhere", false, {}},
    DeclarationWord{"term", "term NAME = VALUE",
                    "a value of the agreement with a name; `term NAME TYPE` where only other texts give one",
                    false, term_clauses},
    DeclarationWord{"precedence", "precedence", "which text goes before which, the highest first", false,
                    precedence_clauses},
    DeclarationWord{"reading", "reading NAME TEXT", "words that can be read in more than one way", false,
                    reading_clauses},
    DeclarationWord{
        "stated", "stated [PROVISION] TEXT", "a provision that asks nothing of anybody", false, {}},
    DeclarationWord{"withheld", "withheld [PROVISION] TEXT", "a provision the text does not give", false, {}},
    DeclarationWord{"deferred",
                    "deferred [PROVISION] until TEXT",
                    "a provision that waits for something the language cannot say yet",
                    false,
                    {}},
    DeclarationWord{"accepts",
                    "accepts CODE because TEXT",
                    "a warning that is right here, for the whole file; also as a clause of a declaration",
                    false,
                    {}},
    DeclarationWord{"document", "document KIND from PARTY to PARTY", "what the parties exchange", false,
                    document_clauses},
    DeclarationWord{"part", "part KIND of KIND as NAME",
                    "what a document holds several of; its rules call the document `parent`, or NAME", false,
                    document_clauses},
    DeclarationWord{"input", "input KIND from AGREEMENT dues",
                    "documents read from the position of another agreement", false, document_clauses},
    DeclarationWord{"act", "act VERB KIND by PARTY: STAGE -> STAGE",
                    "what somebody does; `and PARTY jointly` where both must sign", false, act_clauses},
    DeclarationWord{"receipt", "receipt RULE", "when a sending is received, way by way", false,
                    receipt_clauses},
    DeclarationWord{"claim", "claim NAME of KIND by PARTY or PARTY: TYPE",
                    "a fact or judgement one side asserts", false, claim_clauses},
    DeclarationWord{"duty", "duty PARTY VERB or VERB KIND",
                    "what somebody must do; `then`, `and`, `, failing that` between verbs; `keeps NAME of "
                    "KIND: CONDITION` for what must stay so",
                    true, duty_clauses},
    DeclarationWord{
        "excuse", "excuse PARTY VERB KIND",
        "duties that do not expire while something lasts; also `excuse [PROVISION] of KIND`, `excuse "
        "every duty of PARTY on KIND`",
        true, excuse_clauses},
    DeclarationWord{"power", "power PARTY VERB KIND", "what somebody may do, and when", true, power_clauses},
    DeclarationWord{"prohibition", "prohibition PARTY VERB KIND", "what is a breach", true,
                    prohibition_clauses},
    DeclarationWord{"at", "at TIME for KIND", "what a date does by itself", true, rule_clauses},
    DeclarationWord{"every", "every DURATION from TIME for KIND", "what dates do again and again", true,
                    rule_clauses},
    DeclarationWord{"when", "when CONDITION for KIND", "what becoming true does by itself", true,
                    rule_clauses},
    DeclarationWord{"period", "period NAME of KIND", "a time with a beginning and an end", true,
                    period_clauses},
    DeclarationWord{"paper", "paper NAME of KIND TITLE",
                    "a report, a register or a certificate; without `of KIND`, one for the agreement", true,
                    paper_clauses},
    DeclarationWord{"provisions", "provisions NUMBER, NUMBER operate",
                    "when sections and provisions do; also `all`, `all except NUMBER`, `NUMBER to NUMBER`, "
                    "`operate also`",
                    true, operation_clauses},
    DeclarationWord{"account", "account NAME of KIND for PARTY with PARTY",
                    "what one has with the other, in lots that can be used for a time", false,
                    account_clauses},
    DeclarationWord{"due", "due NAME of KIND from PARTY to PARTY", "an amount one owes the other", true,
                    due_clauses},
};

constexpr std::array expressions{
    Form{"CONDITION and CONDITION", "both hold"},
    Form{"CONDITION or CONDITION", "one holds"},
    Form{"not CONDITION", "it does not hold"},
    Form{"it is STAGE", "the document stands there"},
    Form{"CONDITION has lasted DURATION", "it has held so long without a break"},
    Form{"they are STAGE", "the same of several"},
    Form{"FIELD is given", "it says this"},
    Form{"FIELD is not given", "it does not"},
    Form{"yes", "true"},
    Form{"no", "false"},
    Form{"original FIELD", "as it was at first"},
    Form{"FIELD at TIME", "as it was then; of a day, at its end"},
    Form{"TEXT is in LIST", "whether a list of texts holds it; also `LIST has TEXT`"},
    Form{"parent", "of a part: the document it is part of"},
    Form{"count of LIST where CONDITION", "how many; `count of KIND that is STAGE` over all documents"},
    Form{"sum of LIST.FIELD where CONDITION", "added up"},
    Form{"every LIST has CONDITION", "all of them"},
    Form{"some LIST has CONDITION", "at least one; `have` reads the same"},
    Form{"receipt of VERB", "when the act was received, the latest time"},
    Form{"sending of VERB", "when it was sent"},
    Form{"date of VERB", "the day it took effect; also the day of a time"},
    Form{"first receipt of VERB", "the first time"},
    Form{"happened VERB", "whether it has been done"},
    Form{"entry into STAGE", "when the document came to stand there"},
    Form{"opening", "the day the duty or due being asked about opened"},
    Form{"today", "the day it is asked for"},
    Form{"now", "the moment it is asked for"},
    Form{"DURATION after TIME", "so much later"},
    Form{"DURATION before TIME", "so much earlier"},
    Form{"the earlier of TIME and TIME", "the first of two"},
    Form{"the later of TIME and TIME", "the last of two"},
    Form{"the lesser of AMOUNT and AMOUNT", "the smaller"},
    Form{"the greater of AMOUNT and AMOUNT", "the larger"},
    Form{"days from TIME to TIME", "calendar days between"},
    Form{"VALUE or if absent VALUE", "the second where the first is not given"},
    Form{"if CONDITION then VALUE else VALUE", "one or the other"},
    Form{"DUE is overdue or settled", "how an amount due stands: also `open`, `given`"},
    Form{"DUE.open",
         "an amount of it: also `amount`, `settled`, `disputed`, `overpaid`, `interest`, `due_date`"},
    Form{"ACCOUNT.balance", "what is left in it: also `available`, `put_in`, `drawn`"},
    Form{"share of AMOUNT for NUMBER in NUMBER rounded half_up", "so many parts of so many"},
    Form{"PARTY is in breach of [PROVISION]", "also `in breach of [PROVISION]`, whoever it is"},
    Form{"the duty under [PROVISION] is performed or lapsed",
         "also `open`, `overdue`, `performed in time`, `performed late`, `breached`, `cancelled`"},
    Form{"OFFICE of PARTY is filled", "somebody appointed to it holds it; `vacant`: nobody does"},
    Form{"holder of OFFICE of PARTY", "who holds it, by name"},
    Form{"signed by OFFICE or higher of PARTY", "who signed the act"},
    Form{"it cites DOCUMENT and DOCUMENT", "what the act names"},
    Form{"sent by CHANNEL", "how the act was sent"},
    Form{"in writing", "not by word of mouth"},
    Form{"acting is PARTY", "who acts"},
    Form{"NUMBER hour", "`hours`, `day`, `days`, `week`, `weeks`, `month`, `months`, `year`, `years`"},
    Form{"NUMBER business days of CALENDAR", "days on which business is done; `business day`"},
    Form{"NUMBER hours skipping CALENDAR", "hours of open days only"},
};

constexpr std::array types{
    Form{"text", "words"},
    Form{"yes/no", "true or false"},
    Form{"number", "an exact number"},
    Form{"money", "an amount"},
    Form{"date", "a day"},
    Form{"time", "a day with a time"},
    Form{"duration", "a length of time"},
    Form{"party", "one of the parties"},
    Form{"calendar", "of an unknown: a list of days that is not given"},
    Form{"one of WORD, WORD", "one of a list of words"},
    Form{"list of KIND", "parts, or `list of text`"},
};

constexpr std::array stories{
    Form{"setup TEXT", "a story others begin with"},
    Form{"after TEXT and TEXT", "begins with these setups"},
    Form{"PARTY VERB KIND by CHANNEL to OFFICE, FIELD VALUE", "an act; `orally` for by word of mouth"},
    Form{"citing DOCUMENT and DOCUMENT", "what the act names"},
    Form{"signed by its OFFICE", "by whom; also `PARTY's OFFICE`"},
    Form{"setting TERM to VALUE", "a term that the document sets for its matter"},
    Form{"recorded DATE", "when it was written down"},
    Form{"called NAME", "a name for the act"},
    Form{"evidence TEXT", "what shows it"},
    Form{"PARTY claims NAME of DOCUMENT is VALUE", "asserts a fact"},
    Form{"PARTY contests NAME", "says it is not so"},
    Form{"PARTY agrees NAME", "says it is"},
    Form{"PARTY records a ruling on NAME: VALUE", "what was decided"},
    Form{"PARTY corrects NAME: at DATE", "also `via CHANNEL` or `FIELD VALUE`"},
    Form{"PARTY ratifies NAME", "makes good what was void"},
    Form{"PARTY shows WORD of NAME", "evidence of a sending"},
    Form{"PARTY supplies NAME: VALUE", "what was unknown; a calendar: `years YEAR, holidays DATE`"},
    Form{"PARTY chooses READING: NAME", "how the words are to be read"},
    Form{"PARTY appoints TEXT to OFFICE until DATE", "also `relieves … of`, `designates … for`"},
    Form{"PARTY relieves TEXT of OFFICE", ""},
    Form{"PARTY designates TEXT for OFFICE", ""},
    Form{"known DATE", "looks with what was known then"},
    Form{"DOCUMENT is not STAGE, by silence under PROVISION", "a look"},
    Form{"DOCUMENT is absent", "it does not exist"},
    Form{"PARTY must VERB DOCUMENT by DATE", "a look at a duty"},
    Form{"PARTY need not VERB DOCUMENT", "no such duty is open"},
    Form{"PARTY may VERB DOCUMENT until DATE", "a look at a power; `may not`"},
    Form{"that is void",
         "the last act; `effective`, `noted`, `in breach`, `in doubt`, `received`, `awaiting receipt`, "
         "`awaiting effect`, `awaiting signature`"},
    Form{"PARTY is in breach of PROVISION for DOCUMENT", "a look"},
    Form{"PARTY owes PARTY AMOUNT on DOCUMENT", "what is open; `at most`, `at least`"},
    Form{"PARTY owes interest of at most AMOUNT on DOCUMENT", "a look"},
    Form{"PARTY has AMOUNT in ACCOUNT on DOCUMENT",
         "what is left in an account; `in overpaid` what was paid too much"},
    Form{"PARTY can use AMOUNT of ACCOUNT on DOCUMENT", "what of it can be used now"},
    Form{"at least AMOUNT", ""},
    Form{"FIELD of DOCUMENT is unknown because of NAME", "a look"},
    Form{"FIELD of DOCUMENT is given", "a look"},
    Form{"TERM for DOCUMENT is VALUE", "a look at a term for a matter; `TERM for DOCUMENT is unknown`"},
    Form{"the setting of TERM by DOCUMENT is void under PROVISION",
         "a look at what a document sets; `is not void`"},
    Form{"provision NUMBER operates", "a look at a section or provision; `does not operate`"},
    Form{"paper NAME of DOCUMENT says TEXT, TEXT", "a look at one line of a paper; `does not say`"},
    Form{"the duty under PROVISION on DOCUMENT is performed late",
         "also `pending`, `due`, `breached`, `lapsed`, `cancelled`, `unknown`, `overdue`, `excused`, "
         "`waived`"},
};

}  // namespace

std::span<const DeclarationWord> declaration_words() { return declarations; }

const DeclarationWord* declaration_word(std::string_view word) {
  const auto found = std::find_if(declarations.begin(), declarations.end(),
                                  [&](const DeclarationWord& d) { return d.word == word; });
  return found == declarations.end() ? nullptr : &*found;
}

std::string clause_forms(std::string_view declaration) {
  std::string out;
  if (const DeclarationWord* d = declaration_word(declaration); d != nullptr) {
    for (const Form& f : d->clauses) out += (out.empty() ? "" : "; ") + std::string(f.form);
  }
  return out;
}

std::span<const Form> expression_forms() { return expressions; }
std::span<const Form> type_forms() { return types; }
std::span<const Form> story_forms() { return stories; }

std::vector<std::string> words_of(std::span<const Form> forms) {
  std::vector<std::string> out;
  const auto read = [&](std::string_view text) {
    std::string word;
    bool own = false;  // somebody's own name: has a capital
    for (std::size_t i = 0; i <= text.size(); ++i) {
      const char c = i < text.size() ? text[i] : ' ';
      if ((c >= 'a' && c <= 'z') || c == '_') {
        word += c;
      } else if (c >= 'A' && c <= 'Z') {
        own = true;
      } else {
        if (!word.empty() && !own && word != "s") out.push_back(word);
        word.clear();
        own = false;
      }
    }
  };
  for (const Form& f : forms) {
    read(f.form);
    // What stands between `these` in the explanation is the language's as well.
    for (std::size_t at = f.says.find('`'); at != std::string_view::npos;) {
      const std::size_t close = f.says.find('`', at + 1);
      if (close == std::string_view::npos) break;
      read(f.says.substr(at + 1, close - at - 1));
      at = f.says.find('`', close + 1);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::string> inner_words() {
  std::set<std::string> all;
  const auto add = [&](std::span<const Form> forms) {
    for (std::string& w : words_of(forms)) all.insert(std::move(w));
  };
  for (const DeclarationWord& d : declaration_words()) {
    const Form head{d.form.substr(d.word.size()), d.says};
    add({&head, 1});
    add(d.clauses);
  }
  add(expression_forms());
  add(type_forms());
  add(story_forms());
  return {all.begin(), all.end()};
}

std::set<std::string> all_words() {
  const std::vector<std::string> inner = inner_words();
  std::set<std::string> all(inner.begin(), inner.end());
  for (const DeclarationWord& d : declaration_words()) all.emplace(d.word);
  return all;
}

}  // namespace counterpart::language
