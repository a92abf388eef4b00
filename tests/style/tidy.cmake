# ringside_add_tidy(TARGET...): target `tidy` runs clang-tidy over the sources of the targets that exist.
#
# A source is looked at again when its object file is new, that is when it or a header it includes has changed:
# Ninja knows which headers those are. So the first run takes minutes, the next ones seconds.
function(ringside_add_tidy)
  set(stamps)
  foreach(target IN LISTS ARGN)
    if(NOT TARGET ${target})
      continue()
    endif()
    get_target_property(sources ${target} SOURCES)
    get_target_property(source_dir ${target} SOURCE_DIR)
    get_target_property(binary_dir ${target} BINARY_DIR)
    foreach(source IN LISTS sources)
      get_filename_component(source "${source}" ABSOLUTE BASE_DIR "${source_dir}")
      file(RELATIVE_PATH in_root "${PROJECT_SOURCE_DIR}" "${source}")
      file(RELATIVE_PATH in_target "${source_dir}" "${source}")
      if(NOT source MATCHES "\\.cpp$" OR in_root MATCHES "^(build/|\\.\\.)")
        continue()
      endif()
      string(MAKE_C_IDENTIFIER "${in_root}" stamp)
      set(stamp "${CMAKE_CURRENT_BINARY_DIR}/${stamp}.tidied")
      add_custom_command(OUTPUT "${stamp}"
        COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/tidy" "${CLANG_TIDY}" --quiet -p "${CMAKE_BINARY_DIR}" "${source}"
        COMMAND "${CMAKE_COMMAND}" -E touch "${stamp}"
        DEPENDS "${binary_dir}/CMakeFiles/${target}.dir/${in_target}.o" "${PROJECT_SOURCE_DIR}/.clang-tidy"
        COMMENT "clang-tidy ${in_root}" VERBATIM)
      list(APPEND stamps "${stamp}")
    endforeach()
  endforeach()
  add_custom_target(tidy DEPENDS ${stamps})
endfunction()
