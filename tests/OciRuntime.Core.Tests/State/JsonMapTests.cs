using System.Text;
using OciRuntime.Core.State;
using Xunit;

namespace OciRuntime.Core.Tests.State;

public sealed class JsonMapTests
{
    /// <summary>A single key is looked for in the text: what is found there is what the whole map has.</summary>
    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"":"root","freezer":"/f"}""", "")]
    [InlineData("""{"":"root","freezer":"/f"}""", "unified")]
    [InlineData("""{"unified":"first","":"last"}""", "unified")]
    [InlineData("""{"":"first","unified":"last"}""", "unified")]
    [InlineData("""{"":"one","unified":"other"}""", "")]
    [InlineData("""{"a":"1","b":{"a":"2","":"x"},"c":["a","3"],"d":4,"e":null,"f":true}""", "")]
    [InlineData("""{"a":"1","a":"2"}""", "")]
    [InlineData("""{"\u0061":"\u0062","ä":"ö","\"":"\\"}""", "")]
    [InlineData("""{"a":"\ud800"}""", "")]
    public void ASingleKeyIsAsInTheWholeMap(string json, string emptyKey)
    {
        var whole = new Dictionary<string, string>(new JsonMap(Encoding.UTF8.GetBytes(json), emptyKey));
        foreach (string key in (string[])["", "unified", "freezer", "a", "b", "c", "d", "e", "f", "ä", "\"", "x", .. whole.Keys])
        {
            var map = new JsonMap(Encoding.UTF8.GetBytes(json), emptyKey);
            Assert.Equal(whole.GetValueOrDefault(key), map.TryGetValue(key, out string? found) ? found : null);
            Assert.Equal(whole.ContainsKey(key), map.ContainsKey(key));
            _ = map.Count; // the whole map is read
            Assert.Equal(whole.GetValueOrDefault(key), map.TryGetValue(key, out found) ? found : null);
        }
    }
}
