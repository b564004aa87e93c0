#include "server/http/pages.h"

namespace parley {
namespace {

// In the colours of the page itself, static/src/styles.
constexpr std::string_view kStyle =
    R"(:root { --back: #f5f3ee; --ink: #1c2320; --link: #0b6a5d; --line: #8886; }
@media (prefers-color-scheme: dark) { :root { --back: #121615; --ink: #ecebe4; --link: #7ed5c1; } }
html { color-scheme: light dark; background: var(--back); color: var(--ink); }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1.25rem; }
a { color: var(--link); text-underline-offset: .2em; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.2rem; margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
h3 { font-size: 1rem; margin-bottom: 0; }
ol { margin-top: 0; }
code, .fingerprint { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.fingerprint { font-size: 1.1rem; }
.download { display: inline-block; padding: .6rem 1.2rem; border: 2px solid; border-radius: .4rem; }
.small { display: grid; align-content: center; min-height: 70vh; max-width: 30rem; text-align: center; }
.small h1 { font-size: 4rem; line-height: 1; margin: 0 0 1rem; color: var(--link); }
.small p { margin: .4rem 0; }
)";

// Each @ stands for the root.
constexpr std::string_view kNotFound = R"(<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>没有这个页面 · Not found</title>
<link rel="stylesheet" href="@trust.css">
</head>
<body class="small">
<main>
<h1>404</h1>
<p>这个地址下什么也没有。<a href="@">回到首页</a>，在那里输入房间名即可进入。</p>
<p lang="en">There is nothing at this address. <a href="@">Go to the first page</a> to enter the name of a room.</p>
</main>
</body>
</html>
)";

constexpr std::string_view kTrustHead = R"(<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>信任此服务器 · Trust this server</title>
<link rel="stylesheet" href="trust.css">
</head>
<body>
<main>
<h1>信任此服务器 · <span lang="en">Trust this server</span></h1>
<p>服务器证书指纹 · <span lang="en">Fingerprint of the server's certificate</span> (SHA-256)</p>
<p class="fingerprint">)";

constexpr std::string_view kTrustChinese = R"(</p>
<p><a class="download" href="ca.crt">下载 CA 证书 · <span lang="en">Download the CA certificate</span></a></p>

<section>
<h2>中文</h2>
<p>此服务器使用自己的证书颁发机构（CA）。在设备上信任它一次，浏览器就不再警告，摄像头和麦克风也能正常使用。</p>
<p><strong>先核对：</strong>在浏览器的证书详情中查看 SHA-256 指纹，它必须与运行服务器的终端所显示的一致。
如果不一致，请不要继续，并联系服务器管理员。本页自身无法证明其真实性。</p>
<h3>Windows（Chrome、Edge）</h3>
<ol>
<li>打开下载的 <code>ca.crt</code>，选择“安装证书”，再选“当前用户”。</li>
<li>选择“将所有的证书都放入下列存储”，浏览到“受信任的根证书颁发机构”。</li>
<li>完成并确认，然后重新启动浏览器。</li>
</ol>
<h3>macOS（Safari、Chrome）</h3>
<ol>
<li>打开 <code>ca.crt</code>，将它加入“登录”钥匙串。</li>
<li>在“钥匙串访问”中双击该证书，展开“信任”，选择“始终信任”。</li>
<li>重新启动浏览器。</li>
</ol>
<h3>Linux</h3>
<ol>
<li>Chrome、Chromium：设置 → 隐私和安全 → 安全 → 管理证书 → 本地证书 → 由您安装 → 可信证书 → 导入 <code>ca.crt</code>，
然后重新启动浏览器。旧版：管理证书 → 授权机构 → 导入，并勾选“信任该证书，以标识网站”。</li>
<li>Debian、Ubuntu 的系统程序：<code>sudo cp ca.crt /usr/local/share/ca-certificates/parley.crt</code>，然后
<code>sudo update-ca-certificates</code>。</li>
<li>Fedora 的系统程序：<code>sudo cp ca.crt /etc/pki/ca-trust/source/anchors/parley.crt</code>，然后 <code>sudo update-ca-trust</code>。</li>
</ol>
<h3>Android</h3>
<ol>
<li>下载 <code>ca.crt</code>。</li>
<li>设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书，选择下载的文件（不同厂商的菜单名称略有不同）。</li>
</ol>
<h3>iOS、iPadOS</h3>
<ol>
<li>用 Safari 打开本页并下载证书，允许下载描述文件。</li>
<li>设置 → 已下载描述文件 → 安装。</li>
<li>设置 → 通用 → 关于本机 → 证书信任设置，为该证书启用完全信任。</li>
</ol>
<h3>Firefox（所有桌面系统）</h3>
<ol>
<li>设置 → 隐私与安全 → 连接与软件安全 → 高级设置 → 证书 → 管理证书 → 证书颁发机构 → 导入 <code>ca.crt</code>。
旧版：设置 → 隐私与安全 → 证书 → 查看证书 → 证书颁发机构。</li>
<li>勾选“信任由此证书颁发机构来标识网站”，然后重新启动浏览器。</li>
</ol>
<p>不再使用此服务器时，请在同一处删除该证书。</p>
</section>
)";

constexpr std::string_view kTrustEnglish = R"(
<section lang="en">
<h2>English</h2>
<p>This server has a certificate authority (CA) of its own. Once a device trusts it, browsers stop warning, and camera
and microphone work.</p>
<p><strong>Compare first:</strong> open the certificate details in your browser, and find the SHA-256 fingerprint. It must
match the one in the terminal where the server runs. If it differs, stop, and tell the person who runs the server. This
page cannot prove that it is genuine.</p>
<h3>Windows (Chrome, Edge)</h3>
<ol>
<li>Open the downloaded <code>ca.crt</code>, choose “Install Certificate”, then “Current User”.</li>
<li>Choose “Place all certificates in the following store”, and browse to “Trusted Root Certification Authorities”.</li>
<li>Finish, confirm, and restart the browser.</li>
</ol>
<h3>macOS (Safari, Chrome)</h3>
<ol>
<li>Open <code>ca.crt</code>, and add it to the “login” keychain.</li>
<li>In Keychain Access, open the certificate, unfold “Trust”, and choose “Always Trust”.</li>
<li>Restart the browser.</li>
</ol>
<h3>Linux</h3>
<ol>
<li>Chrome, Chromium: Settings → Privacy and security → Security → Manage certificates → Local certificates → Installed
by you → Trusted Certificates → Import <code>ca.crt</code>. Restart the browser. In older versions: Manage certificates →
Authorities → Import, and tick “Trust this certificate for identifying websites”.</li>
<li>System programs on Debian and Ubuntu: <code>sudo cp ca.crt /usr/local/share/ca-certificates/parley.crt</code>, then
<code>sudo update-ca-certificates</code>.</li>
<li>System programs on Fedora: <code>sudo cp ca.crt /etc/pki/ca-trust/source/anchors/parley.crt</code>, then
<code>sudo update-ca-trust</code>.</li>
</ol>
<h3>Android</h3>
<ol>
<li>Download <code>ca.crt</code>.</li>
<li>Settings → Security → Encryption &amp; credentials → Install a certificate → CA certificate, and choose the file. The
names differ a little between makers.</li>
</ol>
<h3>iOS, iPadOS</h3>
<ol>
<li>Open this page in Safari, download the certificate, and allow the profile.</li>
<li>Settings → Profile Downloaded → Install.</li>
<li>Settings → General → About → Certificate Trust Settings: turn on full trust for it.</li>
</ol>
<h3>Firefox (on every desktop)</h3>
<ol>
<li>Settings → Privacy and security → Connection and software security → Advanced settings → Certificates → Manage
certificates → Authorities → Import <code>ca.crt</code>. In older versions: Settings → Privacy &amp; Security → Certificates →
View Certificates → Authorities.</li>
<li>Tick “Trust this CA to identify websites”, and restart the browser.</li>
</ol>
<p>When you no longer use this server, remove the certificate in the same place.</p>
</section>
</main>
</body>
</html>
)";

}  // namespace

std::string_view PageStyle() {
  return kStyle;
}

std::string NotFoundPage(std::string_view root) {
  std::string page(kNotFound);
  for (std::size_t at = 0; (at = page.find('@', at)) != std::string::npos; at += root.size()) {
    page.replace(at, 1, root);
  }
  return page;
}

std::string TrustPage(std::string_view fingerprint) {
  std::string page(kTrustHead);
  // Hex digits and colons: nothing to escape.
  return page.append(fingerprint).append(kTrustChinese).append(kTrustEnglish);
}

}  // namespace parley
