#pragma once

#include <string_view>

namespace bridge {

/// The style sheet of the front page, which stands in the page.
inline constexpr std::string_view front_page_style = R"(
:root { --text: #1c2430; --faint: #5b6675; --page: #f6f7f9; --card: #fff; --line: #dfe3e8; --accent: #0b62c4;
  --ready: #137a3e; --unready: #b3400b }
@media (prefers-color-scheme: dark) { :root { --text: #e3e8ee; --faint: #98a4b3; --page: #12161c; --card: #1a2029;
  --line: #2d3642; --accent: #6db3ff; --ready: #58c98a; --unready: #ff9d66 } }
* { box-sizing: border-box }
body { margin: 0; padding: 2.5rem 1rem; background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, sans-serif }
main { max-width: 56rem; margin: 0 auto }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem .9rem }
h1 { margin: 0; font-size: 1.7rem; letter-spacing: -.01em }
header p { margin: 0 }
.version { color: var(--faint) }
.state { padding: 0 .7em; border: 1px solid; border-radius: 1em; color: var(--unready); font-size: .9rem }
.state::before { content: "\25CF\A0" }
.ready { color: var(--ready) }
header ul { flex-basis: 100%; margin: .3rem 0 0; padding-left: 1.2rem; color: var(--unready); overflow-wrap: anywhere }
code, pre { font: .9em/1.5 ui-monospace, monospace }
pre { margin: 1.4rem 0; padding: .8rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem; overflow-x: auto }
pre i { color: var(--faint) }
.wide { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto }
table { width: 100%; border-collapse: collapse }
th, td { padding: .5rem 1rem; text-align: left; vertical-align: top }
tr + tr { border-top: 1px solid var(--line) }
th { color: var(--faint); font-size: .85rem; font-weight: 600 }
td b { font: 600 .8rem/1.9 ui-monospace, monospace; color: var(--faint) }
td code { white-space: nowrap }
a { color: var(--accent) }
@media (max-width: 44rem) { th { display: none } td { display: block; padding: 0 1rem }
  td:first-child { padding-top: .5rem } td:last-child { padding-bottom: .6rem } }
footer { margin-top: 1.4rem; color: var(--faint); font-size: .9rem; overflow-wrap: anywhere }
)";

/// SHA-256 of the style sheet: the Content-Security-Policy allows this one and nothing else (CSP 3, 6.7.2).
inline constexpr std::string_view front_page_style_hash =
    "sha256-loVLYciW6er1yMbSo1cBUZvrt1BzY7osr8IgHWiFOuE=";

}  // namespace bridge
