using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary><c>checkpoint</c> and <c>restore</c>, as far as they go without a criu: guests of tests/Vm have one that works.</summary>
public sealed class CheckpointTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public CheckpointTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void WithoutCriuItsPackageIsNamed()
    {
        using var images = new TemporaryDirectory();
        string id = _bundle.StartSleeper();
        Assert.Equal("checkpoint and restore need the program criu, which is not installed (install the package criu)", OnPath("/none", "checkpoint", "--image-path", images["new"], id).Message);
        Assert.Contains("\"running\"", _bundle.Good("state", id));
        File.WriteAllText(images["descriptors.json"], "[]");
        string restored = _bundle.NewId();
        Assert.EndsWith("which is not installed (install the package criu)", OnPath("/none", "restore", "-d", "--image-path", images.Path, restored).Message);
        Assert.False(Directory.Exists(Path.Combine(_bundle.Root, restored)));
    }

    [Fact]
    public void ACriuThatEndsLeavesAllAsItWas()
    {
        using var path = new TemporaryDirectory();
        File.WriteAllText(path["criu"], "#!/bin/sh\nexit 3\n");
        File.SetUnixFileMode(path["criu"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string id = _bundle.StartSleeper();
        Assert.StartsWith("criu failed: it ended without an answer", OnPath(path.Path, "checkpoint", "--image-path", path["images"], id).Message);
        Assert.Contains("\"running\"", _bundle.Good("state", id));
        Directory.CreateDirectory(path["images"]);
        File.WriteAllText(Path.Combine(path["images"], "descriptors.json"), "[]");
        string restored = _bundle.NewId();
        Assert.StartsWith("criu failed: it ended without an answer", OnPath(path.Path, "restore", "-d", "--image-path", path["images"], restored).Message);
        Assert.False(Directory.Exists(Path.Combine(_bundle.Root, restored)));
    }

    [Theory]
    [InlineData("container does not exist", "checkpoint", "nothing")]
    [InlineData("namespace \"pid\" is not supported", "checkpoint", "--empty-ns", "pid", "nothing")]
    [InlineData("Use --page-server ADDRESS:PORT to specify page server", "checkpoint", "--page-server", "127.0.0.1", "nothing")]
    [InlineData("Use --page-server ADDRESS:PORT to specify page server", "checkpoint", "--page-server", ":27", "nothing")]
    [InlineData("Invalid port number", "checkpoint", "--page-server", "[::1]:port", "nothing")]
    [InlineData("invalid --status-fd argument 77: it was not open when ocirun was started", "checkpoint", "--status-fd", "77", "nothing")]
    [InlineData("namespace \"ipc\" is not supported", "restore", "--empty-ns", "ipc", "nothing")]
    public void WhatIsWrongIsSaidAsRuncDoes(string message, params string[] arguments)
    {
        _bundle.Configure("true");
        Assert.Equal(message, _bundle.Run(arguments).Message);
    }

    [Fact]
    public void ARestoreWithATerminalNeedsSomewhereToPutIt()
    {
        _bundle.Configure(config => config["process"]!["terminal"] = true, "sh");
        Assert.Equal("cannot allocate tty if runc will detach without setting console socket", _bundle.Run("restore", "-d", "--image-path", "/none", _bundle.NewId()).Message);
        Assert.Equal("cannot use console socket if runc will not detach or allocate tty", _bundle.Run("restore", "--console-socket", "/none", _bundle.NewId()).Message);
    }

    private Result OnPath(string path, params string[] arguments) =>
        Ocirun.RunAs("env", _bundle.Path, [$"PATH={path}", Ocirun.Path, "--root", _bundle.Root, .. arguments]);
}
