#include "server/files/file_work.h"

#include <utility>

namespace parley {

class FileWork::Job : public Pool::Task {
 public:
  Job(FileStore& store, std::uint64_t ticket, FileWork::Run run)
      : store_(store), run_(std::move(run)), done{ticket, Removed{}} {}
  void Run() override {
    done.result = run_(store_);
    run_ = {};  // with the bytes that were written
  }

 private:
  FileStore& store_;
  FileWork::Run run_;

 public:
  Done done;
};

FileWork::FileWork(std::unique_ptr<FileStore> store, std::unique_ptr<Pool> pool)
    : store_(std::move(store)), pool_(std::move(pool)) {
}

void FileWork::Give(std::uint64_t ticket, Run run) {
  auto job = std::make_unique<Job>(*store_, ticket, std::move(run));
  if (pool_) return pool_->Give(std::move(job));
  job->Run();
  done_.push_back(std::move(job->done));
}

void FileWork::Make(std::uint64_t ticket, FileRecord record) {
  Give(ticket, [record = std::move(record)](FileStore& store) -> Result { return Made{store.Make(record)}; });
}

void FileWork::Write(std::uint64_t ticket, std::string id, std::uint64_t offset, std::string bytes) {
  Give(ticket, [id = std::move(id), offset, bytes = std::move(bytes)](FileStore& store) -> Result {
    return Wrote{id, store.Write(id, offset, bytes)};
  });
}

void FileWork::Open(std::uint64_t ticket, std::string id) {
  Give(ticket, [id = std::move(id)](FileStore& store) -> Result { return store.Open(id); });
}

void FileWork::Read(std::uint64_t ticket, std::string id, std::uint64_t offset, std::size_t count) {
  Give(ticket, [id = std::move(id), offset, count](FileStore& store) -> Result {
    return store.Read(id, offset, count);
  });
}

void FileWork::Remove(std::string id) {
  Give(0, [id = std::move(id)](FileStore& store) -> Result {
    store.Remove(id);
    return Removed{};
  });
}

std::optional<FileWork::Done> FileWork::Take() {
  if (!pool_) {
    if (done_.empty()) return std::nullopt;
    Done done = std::move(done_.front());
    done_.pop_front();
    return done;
  }
  const std::unique_ptr<Pool::Task> taken = pool_->Take();
  if (!taken) return std::nullopt;
  return std::move(static_cast<Job&>(*taken).done);
}

}  // namespace parley
