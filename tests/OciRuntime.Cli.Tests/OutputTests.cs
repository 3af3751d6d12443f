using System.Text.Json;
using System.Text.Json.Nodes;
using OciRuntime.Cli.Tests.Hosting;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests;

/// <summary>What callers parse.</summary>
public sealed class OutputTests : IClassFixture<Bundle>
{
    private readonly Bundle _bundle;

    public OutputTests(Bundle bundle) => _bundle = bundle;

    [Fact]
    public void StateHasTheFieldsOfRunc()
    {
        string id = _bundle.NewId();
        _bundle.Configure(config => config["annotations"] = new JsonObject { ["a.b"] = "<c> & \"d\"" }, "sleep", "300");
        _bundle.Good("create", id);
        string text = _bundle.Good("state", id);
        JsonObject state = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(["ociVersion", "id", "pid", "status", "bundle", "rootfs", "created", "annotations", "owner"], state.Select(property => property.Key));
        Assert.StartsWith("{\n  \"ociVersion\": \"", text);
        Assert.EndsWith("\n}\n", text);
        Assert.Equal(id, (string?)state["id"]);
        Assert.Equal("created", (string?)state["status"]);
        Assert.Equal(_bundle.Path, (string?)state["bundle"]);
        Assert.Equal(_bundle.Path + "/rootfs", (string?)state["rootfs"]);
        Assert.Equal("<c> & \"d\"", (string?)state["annotations"]!["a.b"]);
        Assert.Equal("root", (string?)state["owner"]);
        Assert.InRange(DateTimeOffset.UtcNow - DateTimeOffset.Parse((string)state["created"]!), TimeSpan.Zero, TimeSpan.FromMinutes(1));

        _bundle.Good("start", id);
        Assert.Equal($"[{(int)state["pid"]!}]\n", _bundle.Good("ps", "--format", "json", id));
        _bundle.Good("pause", id);
        Assert.Equal("paused", (string?)JsonNode.Parse(_bundle.Good("state", id))!["status"]);
        _bundle.Good("resume", id);
        _bundle.Good("kill", id, "SIGKILL");
        _bundle.Await(id, "stopped");
        Assert.Equal(0, (int)JsonNode.Parse(_bundle.Good("state", id))!["pid"]!);
        _bundle.Good("delete", id);
    }

    [Fact]
    public void ListsInEveryFormat()
    {
        Directory.CreateDirectory(_bundle.Root);
        Assert.Equal("null\n", _bundle.Good("list", "-f", "json"));
        Assert.Equal("ID          PID         STATUS      BUNDLE      CREATED     OWNER\n", _bundle.Good("list"));
        Assert.Empty(_bundle.Good("list", "--quiet"));
        string id = _bundle.StartSleeper();
        Assert.Equal(id + "\n", _bundle.Good("list", "-q"));
        string[] lines = _bundle.Good("list").Split('\n');
        // As Go's tabwriter: columns begin three spaces after the longest cell of the one before.
        Assert.Equal(id.Length + 3, lines[0].IndexOf("PID", StringComparison.Ordinal));
        Assert.Equal(id, lines[1][..id.Length]);
        string json = _bundle.Good("list", "--format=json");
        Assert.Equal(1, json.Count(c => c == '\n'));
        Assert.Equal(id, (string?)JsonNode.Parse(json)!.AsArray().Single()!["id"]);
        _bundle.Good("delete", "-f", id);
    }

    [Fact]
    public void AnExplicitRootThatIsNotThereCanNotBeListed()
    {
        Result result = Ocirun.Run("/", "--root", "/nowhere", "list");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("/nowhere", result.Message);
    }

    [Fact]
    public void VersionIsReadableToClientsOfRunc()
    {
        Assert.Matches(@"^ocirun version \d+\.\d+\.\d+\ncommit: .*\nspec: 1\.\d+\.\d+\n$", Ocirun.Run("/", "--version").Output);
        using var directory = new TemporaryDirectory();
        File.CreateSymbolicLink(directory["runc"], Ocirun.Path);
        Assert.StartsWith("runc version 1.", Ocirun.RunAs(directory["runc"], "/", "-v").Output);
    }

    [Fact]
    public void FeaturesHasTheRequiredFields()
    {
        JsonNode features = JsonNode.Parse(Ocirun.Run("/", "features").Output)!;
        Assert.NotEmpty((string?)features["ociVersionMin"] ?? "");
        Assert.NotEmpty((string?)features["ociVersionMax"] ?? "");
        Assert.Contains("pid", features["linux"]!["namespaces"]!.AsArray().Select(name => (string?)name));
        Assert.NotNull(features["mountOptions"]);
    }

    [Fact, Needs(SharedData = SpecSchema.Folder)]
    public void StateFollowsTheSchema()
    {
        string id = _bundle.NewId();
        _bundle.Configure(config => config["annotations"] = new JsonObject { ["a.b"] = "c" }, "sleep", "300");
        _bundle.Good("create", id);
        string state = _bundle.Good("state", id);
        Assert.Equal([], SpecSchema.Problems("state-schema.json", state));
        Assert.NotEmpty(SpecSchema.Problems("state-schema.json", state.Replace("\"status\": \"created\"", "\"status\": 1", StringComparison.Ordinal)));
        _bundle.Good("delete", "--force", id);
    }

    [Fact, Needs(SharedData = SpecSchema.Folder)]
    public void FeaturesFollowsTheSchema()
    {
        string features = Ocirun.Run("/", "features").Output;
        Assert.Equal([], SpecSchema.Problems("features-schema.json", features));
        // The schema is looked at: it refuses what is not in it.
        JsonObject changed = JsonNode.Parse(features)!.AsObject();
        changed["mountOptions"] = 1;
        changed.Remove("ociVersionMin");
        Assert.Equal(2, SpecSchema.Problems("features-schema.json", changed.ToJsonString()).Count);
    }

    [Fact, Needs(SharedData = SpecSchema.Folder)]
    public void TheDefaultSpecFollowsTheSchema()
    {
        using var directory = new TemporaryDirectory();
        Assert.Equal(0, Ocirun.Run(directory.Path, "spec").ExitCode);
        JsonObject config = JsonNode.Parse(File.ReadAllText(directory["config.json"]))!.AsObject();
        Assert.Equal([], SpecSchema.Problems("config-schema.json", config.ToJsonString()));
        // Through references to other files, too.
        config["linux"]!["namespaces"]![0]!["type"] = "nonsense";
        Assert.Contains(SpecSchema.Problems("config-schema.json", config.ToJsonString()), static problem => problem.StartsWith("/linux/namespaces/0/type", StringComparison.Ordinal));
    }
}
