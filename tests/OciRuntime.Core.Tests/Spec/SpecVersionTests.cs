using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>ociVersion: which versions are SemVer 2.0.0 (its clauses 2, 9 and 10), and which can be followed.</summary>
public sealed class SpecVersionTests
{
    [Theory]
    [InlineData("0.0.4")]
    [InlineData("1.2.3")]
    [InlineData("10.20.30")]
    [InlineData("1.1.2-prerelease+meta")]
    [InlineData("1.1.2+meta")]
    [InlineData("1.1.2+meta-valid")]
    [InlineData("1.0.0-alpha")]
    [InlineData("1.0.0-alpha.1")]
    [InlineData("1.0.0-alpha.0valid")]
    [InlineData("1.0.0-alpha0.valid")]
    [InlineData("1.0.0-0")]
    [InlineData("1.0.0-0A.is.legal")]
    [InlineData("1.0.0-01a")]
    [InlineData("1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay")]
    [InlineData("1.0.0-rc.1+build.123")]
    [InlineData("1.0.0+0.build.1-rc.10000aaa-kk-0.1")]
    [InlineData("1.0.0+001")]
    [InlineData("1.0.0-alpha+001.007")]
    [InlineData("1.2.3----RC-SNAPSHOT.12.9.1--.12+788")]
    [InlineData("1.2.3----R-S.12.9.1--.12")]
    [InlineData("1.0.0-zAZ09")]
    [InlineData("1.0.0--")]
    [InlineData("1.0.0+-")]
    [InlineData("99999999999999999999999.999999999999999999.99999999999999999")]
    public void VersionsOfSemVerHaveNoRemark(string version) => Assert.Null(SpecVersion.Remark(version));

    [Theory]
    [InlineData("1")]
    [InlineData("1.2")]
    [InlineData("1.2.3.4")]
    [InlineData("v1.0.0")]
    [InlineData("01.1.1")]
    [InlineData("1.01.1")]
    [InlineData("1.1.01")]
    [InlineData("1.1.00")]
    [InlineData("1..1")]
    [InlineData(".1.1")]
    [InlineData("1.1.")]
    [InlineData("1.1.x")]
    [InlineData("1.1.1 ")]
    [InlineData("1.2.3-0123")]
    [InlineData("1.2.3-a.0123")]
    [InlineData("1.2.3-00")]
    [InlineData("1.1.2+.123")]
    [InlineData("1.1.2+123.")]
    [InlineData("1.1.2+")]
    [InlineData("1.1.2-")]
    [InlineData("1.1.2-+x")]
    [InlineData("1.1.2-x+")]
    [InlineData("+invalid")]
    [InlineData("-invalid")]
    [InlineData("-invalid+invalid")]
    [InlineData("alpha")]
    [InlineData("alpha.beta.1")]
    [InlineData("1.0.0-alpha_beta")]
    [InlineData("1.0.0-alpha..")]
    [InlineData("1.0.0-alpha..1")]
    [InlineData("1.0.0-.alpha")]
    [InlineData("1.0.0-é")]
    [InlineData("1.0.0-a/b")]
    [InlineData("1.0.0+a b")]
    [InlineData("1.2.3.DEV")]
    [InlineData("1.2-SNAPSHOT")]
    [InlineData("9.8.7+meta+meta")]
    [InlineData("9.8.7-whatever+meta+meta")]
    public void OthersHaveOne(string version) =>
        Assert.Equal($"\"{version}\" is not a SemVer version such as 1.3.0", SpecVersion.Remark(version));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void AMissingVersionIsTheCurrentOne(string? version)
    {
        Assert.Equal("missing; 1.3.0 is assumed", SpecVersion.Remark(version));
        Assert.Null(SpecVersion.Problem(version));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1.0")]
    [InlineData("v1")]
    [InlineData("v1.0.0")]
    [InlineData("01.2.0")]
    [InlineData("1.999.0")]
    [InlineData("1-rc1")]
    [InlineData("1+x")]
    [InlineData("1.0.0-rc5-dev")]
    public void EveryOneIsFollowed(string version) => Assert.Null(SpecVersion.Problem(version));

    [Theory]
    [InlineData("0.9.0")]
    [InlineData("2.0.0")]
    [InlineData("10.0.0")]
    [InlineData("11")]
    [InlineData("v2.0.0")]
    [InlineData("0")]
    public void OtherNumbersAreNot(string version) =>
        Assert.Equal($"expected 1.x, found \"{version}\"", SpecVersion.Problem(version));

    [Theory]
    [InlineData("x")]
    [InlineData("v")]
    [InlineData("vv1")]
    [InlineData("V1.0.0")]
    [InlineData(".1")]
    [InlineData("1x")]
    [InlineData("1 .0")]
    [InlineData("-1.0.0")]
    [InlineData(" 1.0.0")]
    public void WhatIsNoVersionIsSaid(string version) => Assert.Equal(
        $"expected a version such as 1.3.0, found \"{version}\"", SpecVersion.Problem(version));
}
