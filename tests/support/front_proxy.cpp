#include "support/front_proxy.h"

#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "support/socket.h"

namespace bridge::test {
namespace {

/// Debian has these programs where only root's PATH leads.
std::map<std::string, std::string> with_sbin() {
  const char* path = std::getenv("PATH");
  return {{"PATH", std::string(path == nullptr ? "" : path) + ":/usr/sbin:/sbin"}};
}

}  // namespace

FrontProxy::FrontProxy(Kind kind, std::uint16_t bridge_port) : port_(free_port()) {
  const bool nginx = kind == Kind::nginx;
  const std::string config =
      directory_.write("proxy.conf", nginx ? nginx_config(bridge_port) : haproxy_config(bridge_port));
  // A shell looks the program up in the PATH that it is given.
  const std::string command =
      nginx ? "exec nginx -e stderr -p . -c " + config : "exec haproxy -db -f " + config;
  child_ =
      std::make_unique<ChildProcess>(Command{"sh", {"-c", command}, with_sbin(), directory_.path().string()});
  const bool open = eventually(within(std::chrono::seconds(10)),
                               [this] { return port_is_open(port_) || !child_->running(); });
  if (!open || !child_->running()) throw std::runtime_error("no proxy: " + child_->errors().text());
}

std::string FrontProxy::nginx_config(std::uint16_t bridge_port) const {
  std::ostringstream text;
  text << "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr crit;\n"
       << "events { worker_connections 1024; }\nhttp {\naccess_log off;\n";
  for (const char* path : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    text << path << "_temp_path " << directory_.file(path) << ";\n";
  text << "ignore_invalid_headers off;\nunderscores_in_headers on;\n"
       << "client_header_timeout 1s;\nclient_body_timeout 1s;\nkeepalive_timeout 1s;\nlingering_timeout 1s;\n"
       << "upstream bridge { server 127.0.0.1:" << bridge_port << "; keepalive 4; }\n"
       << "server {\nlisten 127.0.0.1:" << port_ << ";\nlocation / {\nproxy_pass http://bridge;\n"
       << "proxy_http_version 1.1;\nproxy_set_header Connection \"\";\nproxy_set_header Host localhost;\n"
       << "proxy_request_buffering off;\n}\n}\n}\n";
  return text.str();
}

std::string FrontProxy::haproxy_config(std::uint16_t bridge_port) const {
  std::ostringstream text;
  text << "global\nmaxconn 1024\ndefaults\nmode http\ntimeout connect 5s\ntimeout server 2s\n"
       << "timeout client 1s\ntimeout http-request 1s\ntimeout http-keep-alive 1s\n"
       << "frontend clients\nbind 127.0.0.1:" << port_ << "\noption accept-invalid-http-request\n"
       << "default_backend bridge\nbackend bridge\nhttp-reuse always\n"
       << "http-request set-header Host localhost\nserver bridge 127.0.0.1:" << bridge_port << "\n";
  return text.str();
}

}  // namespace bridge::test
