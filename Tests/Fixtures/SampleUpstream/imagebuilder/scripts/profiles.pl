#!/usr/bin/env perl
# Turns the paragraphs of .targetinfo into make variables for one target.
use strict;
use warnings;

my ($info, $wanted) = @ARGV;
open(my $in, '<', $info) or die "$info: $!\n";
my ($target, $profile, @names, %fields) = ('', '');
while (my $line = <$in>) {
    chomp $line;
    $target = $1 if $line =~ /^Target: (.*)$/;
    next unless $target eq $wanted;
    if ($line =~ /^Target-Profile: (.*)$/) {
        push @names, $profile = $1;
    } elsif ($line =~ /^Target-Profile-(\w+): (.*)$/) {
        $fields{$profile}{$1} = $2;
    }
}
print 'PROFILE_NAMES = ', join(' ', @names), "\n";
for my $name (@names) {
    my $of = $fields{$name};
    print "${name}_NAME:=$of->{Name}\n";
    print "${name}_HAS_IMAGE_METADATA:=$of->{hasImageMetadata}\n";
    print "${name}_SUPPORTED_DEVICES:=$of->{SupportedDevices}\n" if $of->{SupportedDevices};
    print "${name}_PACKAGES:=$of->{Packages}\n";
}
