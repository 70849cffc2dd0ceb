#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <filesystem>
#include <mutex>
#include <unordered_map>

#include "journal/store.h"

// One connection writes and checkpoints, another reads; a lock file keeps a second process out. Appends that
// arrive while one is being made durable are committed together: the first to wait becomes the one who
// commits for all.

namespace counterpart::journal {

namespace {

constexpr int schema_version = 1;

constexpr const char* schema = R"sql(
CREATE TABLE agreement(id TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, pack TEXT NOT NULL, settings TEXT NOT NULL) STRICT;
CREATE TABLE entry(agreement TEXT NOT NULL, journal TEXT NOT NULL, sequence INTEGER NOT NULL, recorded INTEGER NOT NULL, key TEXT,
                   bytes BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(agreement, journal, sequence)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX entry_key ON entry(agreement, journal, key) WHERE key IS NOT NULL;
CREATE TABLE seal(agreement TEXT NOT NULL, journal TEXT NOT NULL, sequence INTEGER NOT NULL, name TEXT NOT NULL, salt TEXT NOT NULL,
                  value TEXT NOT NULL, PRIMARY KEY(agreement, journal, sequence, name)) STRICT, WITHOUT ROWID;
CREATE TABLE blob(digest BLOB NOT NULL PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
)sql";

// A database handle with its prepared statements: one is prepared once and used again.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
    sqlite3_close_v2(db);
  }

  sqlite3* db = nullptr;

 private:
  friend class Statement;
  std::unordered_map<const char*, sqlite3_stmt*> idle_;  // by the address of its literal
};

// One use of a prepared statement. `sql` is a literal: its address names it.
class Statement {
 public:
  Statement(Connection& connection, const char* sql) : connection_(connection), sql_(sql) {
    if (const auto found = connection.idle_.find(sql); found != connection.idle_.end()) {
      statement_ = found->second;
      connection.idle_.erase(found);
      return;
    }
    status_ = sqlite3_prepare_v3(connection.db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() {
    if (statement_ == nullptr) return;
    reset();
    if (!connection_.idle_.emplace(sql_, statement_).second) sqlite3_finalize(statement_);
  }

  Statement& bind(int i, std::string_view text) {
    sqlite3_bind_text64(statement_, i, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
  }
  Statement& bind_blob(int i, const void* data, std::size_t size) {
    sqlite3_bind_blob64(statement_, i, size == 0 ? "" : data, size, SQLITE_TRANSIENT);
    return *this;
  }
  Statement& bind(int i, std::int64_t n) {
    sqlite3_bind_int64(statement_, i, n);
    return *this;
  }
  Statement& bind_null(int i) {
    sqlite3_bind_null(statement_, i);
    return *this;
  }
  // True while there is a row.
  bool step() {
    status_ = sqlite3_step(statement_);
    return status_ == SQLITE_ROW;
  }
  [[nodiscard]] bool ok() const {
    return status_ == SQLITE_OK || status_ == SQLITE_ROW || status_ == SQLITE_DONE;
  }
  [[nodiscard]] std::string text(int i) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, i));
    return data == nullptr ? std::string()
                           : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, i)));
  }
  [[nodiscard]] std::int64_t number(int i) const { return sqlite3_column_int64(statement_, i); }
  [[nodiscard]] Digest digest(int i) const {
    Digest d;
    const std::string bytes = text(i);
    std::memcpy(d.bytes.data(), bytes.data(), std::min(bytes.size(), d.bytes.size()));
    return d;
  }
  void reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  [[nodiscard]] Error error() const {
    return {"disk", std::string("the store answered: ") + sqlite3_errmsg(connection_.db),
            "see that the disk has room and the folder can be written"};
  }

 private:
  Connection& connection_;
  const char* sql_;
  sqlite3_stmt* statement_ = nullptr;
  int status_ = SQLITE_OK;
};

// What is recorded is never changed: only the contents of seals may be erased.
int authorize(void*, int action, const char* table, const char*, const char*, const char*) {
  const std::string_view name = table == nullptr ? "" : table;
  if ((action == SQLITE_UPDATE || action == SQLITE_DELETE) && (name == "entry" || name == "blob"))
    return SQLITE_DENY;
  if (action == SQLITE_DROP_TABLE || action == SQLITE_ATTACH) return SQLITE_DENY;
  return SQLITE_OK;
}

class SqliteStore final : public Store {
 public:
  SqliteStore() = default;
  Result<void> open(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail("disk", "the folder " + folder + " cannot be made: " + error.message());
    TRY(take_lock(folder + "/lock"));
    const std::string path = folder + "/counterpart.sqlite";
    if (sqlite3_open_v2(path.c_str(), &writer_.db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        nullptr) != SQLITE_OK) {
      return fail("disk", "the database " + path + " cannot be opened: " + sqlite3_errmsg(writer_.db));
    }
    sqlite3_db_config(writer_.db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(writer_.db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    TRY(run("PRAGMA journal_mode=WAL"));
    TRY(run("PRAGMA synchronous=FULL"));
    std::int64_t version = 0;
    {
      Statement s(writer_, "PRAGMA user_version");
      if (s.step()) version = s.number(0);
    }
    if (version > schema_version) {
      return fail(
          "store-newer",
          "the database " + path + " was written by a later version (schema " + std::to_string(version) + ")",
          "use that version, or a later one");
    }
    if (version == 0) {
      TRY(run("BEGIN IMMEDIATE"));
      TRY(run(schema));
      TRY(run("PRAGMA user_version=1"));
      TRY(run("COMMIT"));
    }
    sqlite3_set_authorizer(writer_.db, authorize, nullptr);
    if (sqlite3_open_v2(path.c_str(), &reader_.db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr) !=
        SQLITE_OK) {
      return fail("disk",
                  "the database " + path + " cannot be opened for reading: " + sqlite3_errmsg(reader_.db));
    }
    return {};
  }

  Result<void> create_agreement(const AgreementRow& row) override {
    const std::lock_guard lock(write_mutex_);
    Statement s(writer_, "INSERT INTO agreement(id, title, pack, settings) VALUES(?,?,?,?)");
    s.bind(1, row.id).bind(2, row.title).bind(3, row.pack).bind(4, row.settings);
    s.step();
    if (!s.ok()) {
      if (sqlite3_extended_errcode(writer_.db) == SQLITE_CONSTRAINT_PRIMARYKEY)
        return fail("agreement-exists", "there is an agreement \"" + row.id + "\" already");
      return std::unexpected(s.error());
    }
    return {};
  }

  Result<std::vector<AgreementRow>> agreements() override {
    const std::lock_guard lock(read_mutex_);
    Statement s(reader_, "SELECT id, title, pack, settings FROM agreement ORDER BY id");
    std::vector<AgreementRow> out;
    while (s.step()) out.push_back({s.text(0), s.text(1), s.text(2), s.text(3)});
    if (!s.ok()) return std::unexpected(s.error());
    return out;
  }

  Result<void> update_settings(const std::string& id, const std::string& settings) override {
    const std::lock_guard lock(write_mutex_);
    Statement s(writer_, "UPDATE agreement SET settings=? WHERE id=?");
    s.bind(1, settings).bind(2, id);
    s.step();
    if (!s.ok()) return std::unexpected(s.error());
    return {};
  }

  std::expected<Receipt, AppendError> append(const std::string& agreement, const std::string& journal,
                                             Sequence expected, std::span<const Entry> entries,
                                             const std::vector<std::string>& sealed) override {
    Request request{agreement, journal, expected, entries, sealed, {}, false};
    std::unique_lock lock(queue_mutex_);
    queue_.push_back(&request);
    while (!request.done) {
      if (committing_) {
        finished_.wait(lock);
        continue;
      }
      committing_ = true;
      std::vector<Request*> batch;
      while (!queue_.empty() && batch.size() < 256) {
        batch.push_back(queue_.front());
        queue_.pop_front();
      }
      lock.unlock();
      commit(batch);
      lock.lock();
      for (Request* r : batch) r->done = true;
      committing_ = false;
      finished_.notify_all();
    }
    return std::move(request.answer);
  }

  Result<std::vector<Entry>> read(const std::string& agreement, const std::string& journal, Sequence after,
                                  std::size_t limit) override {
    const std::lock_guard lock(read_mutex_);
    Statement s(
        reader_,
        "SELECT bytes FROM entry WHERE agreement=? AND journal=? AND sequence>? ORDER BY sequence LIMIT ?");
    s.bind(1, agreement)
        .bind(2, journal)
        .bind(3, static_cast<std::int64_t>(after))
        .bind(4, static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX)));
    std::vector<Entry> out;
    while (s.step()) {
      TRY_ASSIGN(Kept kept, read_canonical(s.text(0)));
      if (!kept.sealed.empty()) unseal(reader_, agreement, journal, kept);
      out.push_back(std::move(kept.entry));
    }
    if (!s.ok()) return std::unexpected(s.error());
    return out;
  }

  Result<Sequence> head(const std::string& agreement, const std::string& journal) override {
    const std::lock_guard lock(read_mutex_);
    Statement s(reader_, "SELECT max(sequence) FROM entry WHERE agreement=? AND journal=?");
    s.bind(1, agreement).bind(2, journal);
    if (!s.step()) return std::unexpected(s.error());
    return static_cast<Sequence>(s.number(0));
  }

  Result<std::vector<std::string>> journals(const std::string& agreement) override {
    const std::lock_guard lock(read_mutex_);
    Statement s(reader_, "SELECT DISTINCT journal FROM entry WHERE agreement=? ORDER BY journal");
    s.bind(1, agreement);
    std::vector<std::string> out;
    while (s.step()) out.push_back(s.text(0));
    if (!s.ok()) return std::unexpected(s.error());
    return out;
  }

  Result<Digest> put_blob(std::string_view bytes) override {
    const std::lock_guard lock(write_mutex_);
    const Digest digest = sha256(bytes);
    Statement s(writer_, "INSERT OR IGNORE INTO blob(digest, bytes) VALUES(?,?)");
    s.bind_blob(1, digest.bytes.data(), digest.bytes.size()).bind_blob(2, bytes.data(), bytes.size());
    s.step();
    if (!s.ok()) return std::unexpected(s.error());
    return digest;
  }

  Result<std::optional<std::string>> blob(const Digest& digest) override {
    const std::lock_guard lock(read_mutex_);
    Statement s(reader_, "SELECT bytes FROM blob WHERE digest=?");
    s.bind_blob(1, digest.bytes.data(), digest.bytes.size());
    if (s.step()) return std::optional<std::string>(s.text(0));
    if (!s.ok()) return std::unexpected(s.error());
    return std::optional<std::string>();
  }

  Result<std::vector<Broken>> verify(const std::string& agreement) override {
    TRY_ASSIGN(const std::vector<std::string> names, journals(agreement));
    const std::lock_guard lock(read_mutex_);
    std::vector<Broken> out;
    for (const std::string& journal : names) {
      Statement s(
          reader_,
          "SELECT sequence, bytes, hash FROM entry WHERE agreement=? AND journal=? ORDER BY sequence");
      s.bind(1, agreement).bind(2, journal);
      Digest before;
      Sequence expected = 1;
      while (s.step()) {
        std::string why;
        if (static_cast<Sequence>(s.number(0)) != expected) {
          why = "entry " + std::to_string(expected) + " is missing";
        } else {
          why = why_broken(s.text(1), s.digest(2), agreement, journal, expected, before);
        }
        if (!why.empty()) {
          out.push_back({journal, expected, std::move(why)});
          break;
        }
        before = s.digest(2);
        ++expected;
      }
      if (!s.ok()) return std::unexpected(s.error());
    }
    return out;
  }

 private:
  struct Lock {
    int file = -1;
    Lock() = default;
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() {
      if (file >= 0) close(file);
    }
  };
  struct Request {
    const std::string& agreement;
    const std::string& journal;
    Sequence expected;
    std::span<const Entry> entries;
    const std::vector<std::string>& sealed;
    std::expected<Receipt, AppendError> answer;
    bool done;
  };

  Result<void> take_lock(const std::string& path) {
    lock_.file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock_.file < 0)
      return fail("disk", "the lock file " + path + " cannot be opened: " + std::strerror(errno));
    if (flock(lock_.file, LOCK_EX | LOCK_NB) != 0) {
      char buffer[32] = {};
      const ssize_t n = ::read(lock_.file, buffer, sizeof buffer - 1);
      const std::string holder = n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : "another";
      return fail("store-locked", "process " + holder + " has this store open",
                  "end it first, or give this one another folder");
    }
    const std::string pid = std::to_string(getpid());
    if (ftruncate(lock_.file, 0) != 0 || write(lock_.file, pid.data(), pid.size()) < 0)
      return fail("disk", "the lock file " + path + " cannot be written");
    return {};
  }

  Result<void> run(const char* sql) {
    char* message = nullptr;
    if (sqlite3_exec(writer_.db, sql, nullptr, nullptr, &message) == SQLITE_OK) return {};
    std::string text = message == nullptr ? "unknown error" : message;
    sqlite3_free(message);
    return fail("disk", "the store answered: " + text,
                "see that the disk has room and the folder can be written");
  }

  static void unseal(Connection& db, const std::string& agreement, const std::string& journal, Kept& kept) {
    Statement s(db, "SELECT name, value FROM seal WHERE agreement=? AND journal=? AND sequence=?");
    s.bind(1, agreement).bind(2, journal).bind(3, static_cast<std::int64_t>(kept.entry.sequence));
    while (s.step()) {
      if (auto value = read_json(s.text(1)); value) kept.entry.with.set(s.text(0), *std::move(value));
    }
  }

  void commit(const std::vector<Request*>& batch) {
    const std::lock_guard lock(write_mutex_);
    const auto all_failed = [&](const Error& error) {
      for (Request* r : batch) r->answer = std::unexpected(AppendError(error));
    };
    if (auto begun = execute("BEGIN IMMEDIATE"); !begun) return all_failed(begun.error());
    for (Request* r : batch) {
      auto step = execute("SAVEPOINT one");
      if (step) {
        r->answer = one(*r);
        if (!r->answer) step = execute("ROLLBACK TO one");
        if (step) step = execute("RELEASE one");
      }
      if (!step) {
        roll_back();
        return all_failed(step.error());
      }
    }
    if (auto done = execute("COMMIT"); !done) {
      roll_back();
      all_failed(done.error());
    }
  }

  // Where even this fails nothing was committed: the database takes the transaction back when it is opened.
  void roll_back() {
    Statement s(writer_, "ROLLBACK");
    s.step();
  }

  Result<void> execute(const char* sql) {
    Statement s(writer_, sql);
    s.step();
    if (!s.ok()) return std::unexpected(s.error());
    return {};
  }

  std::expected<Receipt, AppendError> one(Request& r) {
    const auto disk = [](const Statement& s) { return std::unexpected(AppendError(s.error())); };
    {
      Statement s(writer_, "SELECT 1 FROM agreement WHERE id=?");
      s.bind(1, r.agreement);
      if (!s.step()) {
        return std::unexpected(
            AppendError(Error{"agreement-missing", "there is no agreement \"" + r.agreement + "\"", ""}));
      }
    }
    for (const Entry& e : r.entries) {
      if (e.idempotency_key.empty()) continue;
      Statement s(writer_, "SELECT bytes, hash FROM entry WHERE agreement=? AND journal=? AND key=?");
      s.bind(1, r.agreement).bind(2, r.journal).bind(3, e.idempotency_key);
      if (!s.step()) {
        if (!s.ok()) return disk(s);
        continue;
      }
      auto kept = read_canonical(s.text(0));
      if (!kept) return std::unexpected(AppendError(kept.error()));
      unseal(writer_, r.agreement, r.journal, *kept);
      if (!same_content(kept->entry, e)) return std::unexpected(AppendError(KeyReused{kept->entry.sequence}));
      return Receipt{kept->entry.sequence, kept->entry.sequence, s.digest(1)};
    }
    Sequence head = 0;
    Instant last{INT64_MIN};
    Digest before;
    {
      Statement s(writer_,
                  "SELECT sequence, recorded, hash FROM entry WHERE agreement=? AND journal=? ORDER BY "
                  "sequence DESC LIMIT 1");
      s.bind(1, r.agreement).bind(2, r.journal);
      if (s.step()) {
        head = static_cast<Sequence>(s.number(0));
        last = {s.number(1)};
        before = s.digest(2);
      } else if (!s.ok()) {
        return disk(s);
      }
    }
    if (head != r.expected) {
      Conflict conflict{head, {}};
      Statement s(writer_,
                  "SELECT bytes FROM entry WHERE agreement=? AND journal=? AND sequence>? ORDER BY sequence "
                  "LIMIT 1000");
      s.bind(1, r.agreement).bind(2, r.journal).bind(3, static_cast<std::int64_t>(r.expected));
      while (s.step()) {
        auto kept = read_canonical(s.text(0));
        if (!kept) return std::unexpected(AppendError(kept.error()));
        if (!kept->sealed.empty()) unseal(writer_, r.agreement, r.journal, *kept);
        conflict.between.push_back(std::move(kept->entry));
      }
      return std::unexpected(AppendError(std::move(conflict)));
    }
    Statement insert(
        writer_,
        "INSERT INTO entry(agreement, journal, sequence, recorded, key, bytes, hash) VALUES(?,?,?,?,?,?,?)");
    Statement seal(writer_,
                   "INSERT INTO seal(agreement, journal, sequence, name, salt, value) VALUES(?,?,?,?,?,?)");
    Receipt receipt{head + 1, head, before};
    for (const Entry& e : r.entries) {
      if (e.recorded < last) return std::unexpected(AppendError(GoesBack{last}));
      last = e.recorded;
      const Chained row = chained(e, receipt.last + 1, r.agreement, r.journal, receipt.hash, r.sealed);
      insert.reset();
      insert.bind(1, r.agreement)
          .bind(2, r.journal)
          .bind(3, static_cast<std::int64_t>(row.entry.sequence))
          .bind(4, row.entry.recorded.seconds);
      if (e.idempotency_key.empty()) {
        insert.bind_null(5);
      } else {
        insert.bind(5, e.idempotency_key);
      }
      insert.bind_blob(6, row.bytes.data(), row.bytes.size())
          .bind_blob(7, row.hash.bytes.data(), row.hash.bytes.size());
      insert.step();
      if (!insert.ok()) return disk(insert);
      for (const auto& [name, salt, value] : row.seals) {
        seal.reset();
        seal.bind(1, r.agreement)
            .bind(2, r.journal)
            .bind(3, static_cast<std::int64_t>(row.entry.sequence))
            .bind(4, name)
            .bind(5, salt)
            .bind(6, value);
        seal.step();
        if (!seal.ok()) return disk(seal);
      }
      receipt.last = row.entry.sequence;
      receipt.hash = row.hash;
    }
    return receipt;
  }

  Lock lock_;  // given up after the connections are closed
  Connection writer_, reader_;
  std::mutex write_mutex_, read_mutex_, queue_mutex_;
  std::condition_variable finished_;
  std::deque<Request*> queue_;
  bool committing_ = false;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& folder) {
  auto store = std::make_unique<SqliteStore>();
  TRY(store->open(folder));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace counterpart::journal
