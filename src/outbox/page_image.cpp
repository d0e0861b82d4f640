#include "page_image.h"

#include <algorithm>

namespace bridge {

PageImage::PageImage(const ByteSource& database, const ByteSource& wal, const WalContents& contents)
    : database_(database),
      wal_(wal),
      size_(database.size() + wal.size()),
      database_pages_(static_cast<std::uint32_t>(
          std::min<std::uint64_t>((database.size() + page_bytes - 1) / page_bytes, 0xFFFFFFFEU))) {
  for (const WalFrame& frame : contents.frames) {
    const auto earlier = replaced_.find(frame.page);
    if (!frame.holds && earlier != replaced_.end()) {
      doubtful_.push_back({true, earlier->second});
    } else if (!frame.holds && frame.page > 1 && frame.page <= database_pages_) {
      doubtful_.push_back({false, (frame.page - 1) * std::uint64_t{page_bytes}});
    }
    replaced_[frame.page] = frame.offset;
  }
}

std::vector<PagePlace> PageImage::places() const {
  std::vector<PagePlace> places = doubtful_;
  for (std::uint32_t page = 2; page <= database_pages_; ++page)
    if (!replaced_.contains(page)) places.push_back({false, (page - 1) * std::uint64_t{page_bytes}});
  for (const auto& [page, offset] : replaced_)
    if (page > 1) places.push_back({true, offset});
  return places;
}

std::string PageImage::read(const PagePlace& place) const {
  std::string page = (place.in_wal ? wal_ : database_).read(place.offset, page_bytes);
  page.resize(page_bytes);
  return page;
}

std::string PageImage::read(std::uint32_t page) const {
  if (page == 0) return {};
  const auto replaced = replaced_.find(page);
  if (replaced != replaced_.end()) return read(PagePlace{true, replaced->second});
  if (page > database_pages_) return {};
  return read(PagePlace{false, (page - 1) * std::uint64_t{page_bytes}});
}

}  // namespace bridge
