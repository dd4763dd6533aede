// ByteSource: a segment's bytes for checking them from front to back; a file through a window, or memory (fuzz tests).
// Used by the batch reader and the log walker. Not thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/storage/io.h"

namespace helio::storage {

class ByteSource {
public:
    virtual ~ByteSource() = default;
    virtual std::uint64_t size() const = 0;
    /// `length` bytes at `offset`, fewer at the end; the view holds until the next call. Errors: errc::io.
    virtual Result<std::string_view> at(std::uint64_t offset, std::size_t length) = 0;
};

class MemoryBytes final : public ByteSource {
public:
    explicit MemoryBytes(std::string_view bytes) : bytes_(bytes) {}
    std::uint64_t size() const override { return bytes_.size(); }
    Result<std::string_view> at(std::uint64_t offset, std::size_t length) override {
        return offset >= bytes_.size() ? std::string_view() : bytes_.substr(offset, length);
    }

private:
    std::string_view bytes_;
};

class FileBytes final : public ByteSource {
public:
    /// `file` must outlive this; bytes from `limit` on are as good as absent.
    FileBytes(const File& file, std::uint64_t limit) : file_(file), limit_(limit) {}
    std::uint64_t size() const override { return limit_; }
    Result<std::string_view> at(std::uint64_t offset, std::size_t length) override;

private:
    const File& file_;
    std::uint64_t limit_;
    std::string window_;
    std::uint64_t window_at_ = 0;
};

}  // namespace helio::storage
