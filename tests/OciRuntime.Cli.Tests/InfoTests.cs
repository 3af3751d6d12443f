using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary><c>info</c> and the pages for man.</summary>
public sealed class InfoTests
{
    [Fact]
    public void TheReportIsOfThisMachine()
    {
        JsonArray items = JsonNode.Parse(Ocirun.Run("/", "info", "--format", "json").Output)!.AsArray();
        JsonNode Item(string name) => items.Single(item => item!["name"]!.GetValue<string>() == name)!;
        Assert.Equal("Linux " + File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), Item("kernel")["about"]!.GetValue<string>());
        Assert.Equal(File.Exists("/proc/self/ns/time"), Item("namespace time")["present"]!.GetValue<bool>());
        Assert.Equal(Directory.Exists("/run/systemd/system"), Item("systemd")["present"]!.GetValue<bool>());
        Assert.All(items, item => Assert.Equal(item!["present"]!.GetValue<bool>(), item["hint"] is null));
        string table = Ocirun.Run("/", "info").Output;
        Assert.StartsWith("WHAT ", table);
        Assert.Equal(items.Count + 1, table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void WhatIsLackingSaysHowToGetIt()
    {
        using var path = new OciRuntime.Tests.Shared.TemporaryDirectory();
        Result result = Ocirun.RunAs("env", "/", $"PATH={path.Path}", Ocirun.Path, "info");
        Assert.Matches("(?m)^criu +missing +checkpoint and restore: the package criu$", result.Output);
        Assert.Matches("(?m)^newuidmap +missing .*: the package uidmap$", result.Output);
    }

    // Rendered with every warning of the formatter.
    [Theory, Needs(Program = "groff")]
    [InlineData(null), InlineData("create"), InlineData("events"), InlineData("exec"), InlineData("kill"), InlineData("update")]
    public void PagesForManHaveWhatTheHelpHas(string? command)
    {
        string[] words = command is null ? ["man"] : ["man", command];
        string page = Path.GetTempFileName();
        try
        {
            File.WriteAllText(page, Ocirun.Run("/", words).Output);
            Result rendered = Ocirun.RunAs("/bin/sh", "/", "-c", "groff -man -Tascii -ww -P-cbou \"$1\"", "sh", page);
            Assert.Equal((0, ""), (rendered.ExitCode, rendered.Error));
            Result help = command is null ? Ocirun.Run("/", "--help") : Ocirun.Run("/", command, "--help");
            string[] options = [.. help.Output.Split('\n').Where(line => line.StartsWith("   --", StringComparison.Ordinal)).Select(line => line.Trim().Split([' ', ','], 2)[0])];
            Assert.NotEmpty(options);
            Assert.All(options, option => Assert.Contains(option, rendered.Output));
            if (command is null)
                Assert.Contains("ocirun-create(8)", rendered.Output.Replace(" (8)", "(8)", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(page);
        }
    }

    [Fact]
    public void OtherPagesAreAnError() => Assert.Equal("No help topic for 'fly'", Ocirun.Run("/", "man", "fly").Message);
}
