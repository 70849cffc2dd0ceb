#include <algorithm>
#include <map>
#include <mutex>

#include "journal/store.h"

namespace counterpart::journal {

namespace {

class MemoryStore final : public Store {
 public:
  Result<void> create_agreement(const AgreementRow& row) override {
    const std::lock_guard lock(mutex_);
    if (!agreements_.try_emplace(row.id, row).second)
      return fail("agreement-exists", "there is an agreement \"" + row.id + "\" already");
    return {};
  }
  Result<std::vector<AgreementRow>> agreements() override {
    const std::lock_guard lock(mutex_);
    std::vector<AgreementRow> out;
    for (const auto& [id, row] : agreements_) out.push_back(row);
    return out;
  }
  Result<void> update_settings(const std::string& id, const std::string& settings) override {
    const std::lock_guard lock(mutex_);
    agreements_[id].settings = settings;
    return {};
  }
  std::expected<Receipt, AppendError> append(const std::string& agreement, const std::string& journal,
                                             Sequence expected, std::span<const Entry> entries,
                                             const std::vector<std::string>& sealed) override {
    const std::lock_guard lock(mutex_);
    if (!agreements_.contains(agreement)) {
      return std::unexpected(
          AppendError(Error{"agreement-missing", "there is no agreement \"" + agreement + "\"", ""}));
    }
    std::vector<Chained>& rows = journals_[{agreement, journal}];
    for (const Entry& e : entries) {
      if (e.idempotency_key.empty()) continue;
      for (const Chained& row : rows) {
        if (row.entry.idempotency_key != e.idempotency_key) continue;
        if (!same_content(row.entry, e)) return std::unexpected(AppendError(KeyReused{row.entry.sequence}));
        return Receipt{row.entry.sequence, row.entry.sequence, row.hash};
      }
    }
    if (rows.size() != expected) {
      Conflict conflict{rows.size(), {}};
      for (std::size_t i = expected; i < rows.size(); ++i) conflict.between.push_back(rows[i].entry);
      return std::unexpected(AppendError(std::move(conflict)));
    }
    Instant last = rows.empty() ? Instant{INT64_MIN} : rows.back().entry.recorded;
    for (const Entry& e : entries) {
      if (e.recorded < last) return std::unexpected(AppendError(GoesBack{last}));
      last = e.recorded;
    }
    for (const Entry& e : entries) {
      const Digest before = rows.empty() ? Digest{} : rows.back().hash;
      rows.push_back(chained(e, rows.size() + 1, agreement, journal, before, sealed));
    }
    if (rows.empty()) return Receipt{};
    return Receipt{rows.size() - entries.size() + 1, rows.size(), rows.back().hash};
  }
  Result<std::vector<Entry>> read(const std::string& agreement, const std::string& journal, Sequence after,
                                  std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<Entry> out;
    const auto found = journals_.find({agreement, journal});
    if (found == journals_.end()) return out;
    for (std::size_t i = after; i < found->second.size() && out.size() < limit; ++i)
      out.push_back(found->second[i].entry);
    return out;
  }
  Result<Sequence> head(const std::string& agreement, const std::string& journal) override {
    const std::lock_guard lock(mutex_);
    const auto found = journals_.find({agreement, journal});
    return found == journals_.end() ? Sequence{0} : Sequence{found->second.size()};
  }
  Result<std::vector<std::string>> journals(const std::string& agreement) override {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const auto& [key, rows] : journals_) {
      if (key.first == agreement) out.push_back(key.second);
    }
    return out;
  }
  Result<Digest> put_blob(std::string_view bytes) override {
    const std::lock_guard lock(mutex_);
    const Digest digest = sha256(bytes);
    blobs_.try_emplace(digest, bytes);
    return digest;
  }
  Result<std::optional<std::string>> blob(const Digest& digest) override {
    const std::lock_guard lock(mutex_);
    const auto found = blobs_.find(digest);
    if (found == blobs_.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }
  Result<std::vector<Broken>> verify(const std::string& agreement) override {
    const std::lock_guard lock(mutex_);
    std::vector<Broken> out;
    for (const auto& [key, rows] : journals_) {
      if (key.first != agreement) continue;
      Digest before;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (std::string why = why_broken(rows[i].bytes, rows[i].hash, agreement, key.second, i + 1, before);
            !why.empty()) {
          out.push_back({key.second, i + 1, std::move(why)});
          break;
        }
        before = rows[i].hash;
      }
    }
    return out;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, AgreementRow> agreements_;
  std::map<std::pair<std::string, std::string>, std::vector<Chained>> journals_;
  std::map<Digest, std::string> blobs_;
};

}  // namespace

std::unique_ptr<Store> open_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace counterpart::journal
