(function () {
	"use strict";
	var root = document.documentElement;
	var buttons = { en: document.getElementById("to-en"), zh: document.getElementById("to-zh") };
	if (!buttons.en || !buttons.zh)
		return;
	/* The element at the top of the window stays there: texts of the two languages differ in length. */
	function anchor() {
		var all = document.querySelectorAll("section,h3,figure,tr,p,li,summary");
		for (var i = 0; i < all.length; i++) {
			var box = all[i].getBoundingClientRect();
			/* What stands in a closed fold has a place, but is not seen. */
			if (box.height > 0 && box.top >= 0 && (!all[i].checkVisibility || all[i].checkVisibility()))
				return all[i];
		}
		return null;
	}
	function show(lang) {
		var mark = anchor();
		var before = mark ? mark.getBoundingClientRect().top : 0;
		root.setAttribute("data-lang", lang);
		root.lang = lang === "zh" ? "zh-Hans" : "en";
		buttons.en.setAttribute("aria-pressed", String(lang === "en"));
		buttons.zh.setAttribute("aria-pressed", String(lang === "zh"));
		if (mark)
			window.scrollBy({ top: mark.getBoundingClientRect().top - before, behavior: "instant" });
	}
	buttons.en.addEventListener("click", function () { show("en"); });
	buttons.zh.addEventListener("click", function () { show("zh"); });
	if (/^zh/.test(navigator.language || ""))
		show("zh");
	function open_target() {
		var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
		var folded = target && target.closest("details");
		if (folded)
			folded.open = true;
		if (target)
			target.scrollIntoView();
	}
	window.addEventListener("hashchange", open_target);
	open_target();
})();
