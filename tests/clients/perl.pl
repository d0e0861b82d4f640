# Perl: LWP::UserAgent and HTTP::Tiny.
use strict;
use warnings;
use HTTP::Request::Common qw(POST PUT DELETE);
use HTTP::Tiny;
use LWP::UserAgent;
use Time::HiRes qw(time);

my $bridge = $ENV{BRIDGE};
my ($publish, $topics) = ("$bridge/publish", "$bridge/topics/perl");

my $lwp = LWP::UserAgent->new(timeout => 20, keep_alive => 1);
sub lwp {
    my ($case, $request) = @_;
    print "$case ", $lwp->request($request)->code, "\n";
}

# expect: lwp_json 200 perl/lwp_json q1 - hello
lwp('lwp_json', POST $publish, 'Content-Type' => 'application/json',
    Content => '{"topic":"perl/lwp_json","msg":"hello","qos":1}');
# expect: lwp_form 200 perl/lwp_form q0 - hello
lwp('lwp_form', POST $publish, [topic => 'perl/lwp_form', msg => 'hello']);
# expect: lwp_multipart 200 perl/lwp_multipart q0 - hello
lwp('lwp_multipart', POST $publish, 'Content-Type' => 'form-data',
    Content => [topic => 'perl/lwp_multipart', msg => 'hello']);
# expect: lwp_bytes 200 perl/lwp_bytes q0r - \x00\xff
lwp('lwp_bytes', PUT "$topics/lwp_bytes", Content => "\0\xff");
# expect: lwp_delete 200 perl/lwp_bytes q0r -
lwp('lwp_delete', DELETE "$topics/lwp_bytes");
# A content that is code has no length: chunked.
my @parts = ('a', 'b');
# expect: lwp_chunked 200 perl/lwp_chunked q0 - ab
lwp('lwp_chunked', HTTP::Request->new(POST => "$topics/lwp_chunked", [], sub { shift @parts }));

my $tiny = HTTP::Tiny->new(timeout => 20);
sub tiny {
    my ($case, $method, $url, $options) = @_;
    print "$case ", $tiny->request($method, $url, $options)->{status}, "\n";
}

# expect: tiny_json 200 perl/tiny_json q1 - hello
tiny('tiny_json', 'POST', $publish, {content => '{"topic":"perl/tiny_json","msg":"hello","qos":1}'});
# expect: tiny_form 200 perl/tiny_form q0 - hello
print 'tiny_form ', $tiny->post_form($publish, [topic => 'perl/tiny_form', msg => 'hello'])->{status}, "\n";
# Its application/octet-stream is nobody's choice.
# expect: tiny_bytes 200 perl/tiny_bytes q0r - \x00\xff
tiny('tiny_bytes', 'PUT', "$topics/tiny_bytes", {content => "\0\xff"});
# expect: tiny_delete 200 perl/tiny_bytes q0r -
tiny('tiny_delete', 'DELETE', "$topics/tiny_bytes", {content => '{}'});
@parts = ('a', 'b');
# expect: tiny_chunked 200 perl/tiny_chunked q0 - ab
tiny('tiny_chunked', 'POST', "$topics/tiny_chunked", {content => sub { shift @parts }});

# Head and content in two writes: what is not acknowledged at once costs 40 ms a request.
my @times;
for (1 .. 40) {
    my $start = time;
    $tiny->post("$topics/tiny_quick", {content => 'x'});
    push @times, time - $start;
}
my $median = (sort { $a <=> $b } @times)[20];
# expect: tiny_quick yes perl/tiny_quick q0*40 - x
print 'tiny_quick ', $median < 0.03 ? 'yes' : sprintf('%.1fms', $median * 1000), "\n";
